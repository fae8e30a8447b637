#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is every JSON file below the given folders what its schema says?

    tests/schemas.py FOLDER...      one line a finding; exit code 1 if there is any

A schema (*.schema.json) must be a valid JSON Schema. Any other document must name its own: by a relative "$schema", or
by "schema": "perfopt.NAME" for configs/schema/NAME.schema.json.
"""
import json
import pathlib
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "configs" / "schema"


def schema_of(path, document):
    if "$schema" in document:
        return path.parent / document["$schema"]
    kind = str(document.get("schema", ""))
    return SCHEMAS / (kind.removeprefix("perfopt.") + ".schema.json")


def findings(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    if path.name.endswith(".schema.json"):
        jsonschema.Draft202012Validator.check_schema(document)
        return
    schema_path = schema_of(path, document)
    if not schema_path.is_file():
        yield f"names no schema that is there ({schema_path})"
        return
    validator = jsonschema.Draft202012Validator(json.loads(schema_path.read_text(encoding="utf-8")))
    for error in validator.iter_errors(document):
        yield f"/{'/'.join(map(str, error.absolute_path))}: {error.message}"


def main(folders):
    bad = 0
    paths = sorted(path for folder in folders for path in pathlib.Path(folder).rglob("*.json"))
    for path in paths:
        try:
            for finding in findings(path):
                print(f"{path}: {finding}")
                bad += 1
        except (ValueError, jsonschema.SchemaError) as error:
            print(f"{path}: {error}")
            bad += 1
    if not paths:
        print(f"no JSON files below {' '.join(folders)}")
    else:
        print(f"schemas: {len(paths)} documents, {bad} findings")
    return 1 if bad or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
