# SPDX-License-Identifier: Apache-2.0
"""Hostile names: documents that carry them, and what each output form must be whatever the names are.

  perfviz_names.py make           writes suite.json, changed.json, profile.json, later.json, history.jsonl, stacks.txt and
                                  recursion.txt
  perfviz_names.py check FILE...  each by its ending; prints what is wrong, exits with 1 for anything
"""

import csv
import html.parser
import io
import json
import re
import struct
import sys
import zlib

NAMES = [
    "plain",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "-->",
    "]]>",
    "<![CDATA[x",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "&lt;b&gt;&amp;&#0;",
    "<svg/onload=alert(1)>",
    "{{title}} ${x} <%= y %>",
    "a|b|c",
    "| --- |",
    "`code` ```",
    "[link](javascript:alert(1))",
    "**bold** _it_ ~~s~~ # head",
    "\\",
    "a\\|b\\",
    'quote " comma , semicolon ;',
    "=cmd()",
    "line\nbreak\r\nand\ttab",
    "\u001b[2J\u001b]0;title\u0007",
    "\u0000zero\u0001",
    "\u2028line\u2029paragraph",
    "\u202eright to left\u202c",
    "\ufeffmark\u200b",
    "\U0001f600\U0001f468\u200d\U0001f469",
    "\u0641\u0631\u0639 \u05e9",
    "x" * 10_000,
    "",
    " ",
]
# What JSON cannot carry.
BYTES = [b"\xff\xfe", b"\xc3(", b"\xed\xa0\x80", b"a\x00b", b"\xf4\x90\x80\x80", b"\x9b2J"]


def suite(factor):
    cases = []
    for name in NAMES:
        for size in (10, 1000):
            base = [1000.0 * size + 7 * i for i in range(12)]
            fast = [time / factor for time in base]
            variants = []
            for label, times, rest in (
                (name, base, {"verdict": "baseline"}),
                ("fast " + name, fast, {"verdict": "wins", "speedup": {"estimate": 2, "low": 1.9, "high": 2.1}}),
            ):
                variants.append({
                    "name": label, "level": name, "does": name, "needs": name, "costs": name, "note": name,
                    "status": "ok", "rounds": {"wall_ns": times}, "items_per_run": size, "bytes_per_run": 8 * size,
                    "resources": {"held_bytes": 4096 * size + len(label)},
                    "limit": {"limit": name, "unit": name, "rate": 1e9, "units": size},
                    "summary": {"wall_ns": sorted(times)[6], "wall_low_ns": times[2], "wall_high_ns": times[9],
                                "items_per_second": 1e6, "spread": 0.01, "limit_share": 0.5, **rest},
                })
            variants.append({"name": "skipped " + name, "status": "skipped", "reason": name})
            cases.append({"category": "cpu", "problem": name, "title": name, "unit": name, "size": size,
                          "conditions": name, "best": {"variant": "fast " + name}, "variants": variants})
    environment = {"host": NAMES[1], "cpu_model": NAMES[3], "compiler": NAMES[12]}
    return {"schema": "perfopt.suite", "schema_version": 1, "environment": environment, "cases": cases}


def profile(factor):
    count = len(NAMES)
    zeros = [0] * count
    return {
        "schema": "perfopt.profile", "schema_version": 1, "command": NAMES[2], "mode": "cpu", "elapsed_s": 1,
        "primary": "cpu", "measures": [{"name": "cpu", "unit": "ns"}], "objects": [""], "strings": NAMES,
        "threads": [{"pid": 1, "tid": i, "name": name, "start_ns": 0} for i, name in enumerate(NAMES)],
        "frames": {"function": list(range(count)), "file": list(range(count)), "module": list(range(count))},
        "stacks": {"parent": [-1] + zeros[1:], "frame": list(range(count))},
        "samples": {"stack": list(range(count)), "thread": list(range(count)),
                    "time_ns": [10**8 + 10**7 * i for i in range(count)], "activity": zeros, "object": zeros,
                    "values": [[10**8 * (1 + i % factor) for i in range(count)]]},
    }


def history():
    lines = []
    for run in range(12):
        results = [{"name": name or "unnamed", "unit": "ns", "median": 100 + (run > 6) * 50, "low": 99, "high": 151,
                    "count": 9} for name in NAMES]
        lines.append(json.dumps({"schema": "perfopt.history", "schema_version": 1, "runs": [{
            "id": f"{run:032d}", "started": f"2026-01-01T10:{run:02d}:00Z", "commit": NAMES[1], "version": NAMES[3],
            "environment": "e", "machine": "m", "results": results}]}))
    return "\n".join(lines) + "\n"


def make():
    for path, document in (("suite.json", suite(2)), ("changed.json", suite(4)), ("profile.json", profile(1)),
                           ("later.json", profile(3))):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
    with open("history.jsonl", "w", encoding="utf-8") as file:
        file.write(history())
    names = BYTES + [name.encode() for name in NAMES if name.strip() and "\n" not in name]
    with open("stacks.txt", "wb") as file:
        for name in names:
            file.write(b"main;" + name + b" 10\n")
    # Each calls itself, and the next one between.
    with open("recursion.txt", "wb") as file:
        for name, other in zip(names, names[1:] + names[:1]):
            if len(name) + len(other) < 1000:
                for depth in (1, 5, 40):
                    file.write(b"main;" + b";".join([name, name, other] * depth) + b" 10\n")


def refuse_controls(text, allowed="\n"):
    found = [c for c in text if (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u2028\u2029\u202a\u202b\u202d\u202e")
             and c not in allowed]
    if found:
        raise ValueError(f"control character {found[0]!r}")


class Page(html.parser.HTMLParser):
    """The elements that a page may not have, and its islands of JSON."""

    def __init__(self):
        super().__init__()
        self.scripts = []
        self.wrong = []

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.scripts.append("")
        if tag in ("img", "iframe", "object", "link", "base", "form"):
            self.wrong.append(tag)
        targets = [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.wrong += [name for name, _ in attrs if name.startswith("on")]
        self.wrong += [target for target in targets if not target.startswith("#")]

    def handle_data(self, data):
        if self.cdata_elem == "script":
            self.scripts[-1] += data


def check_html(text):
    page = Page()
    page.feed(text)
    page.close()
    if page.wrong:
        raise ValueError(f"a name became markup: {page.wrong[:3]}")
    if len(page.scripts) != 2:
        raise ValueError(f"{len(page.scripts)} scripts, not one island and one script")
    json.loads(page.scripts[0])


def check_md(text):
    refuse_controls(text)
    if re.search(r"<(script|img|svg|!--)", text):
        raise ValueError("a name became markup")
    columns = 0
    for line in text.split("\n"):
        if not line.startswith("|"):
            columns = 0
            continue
        bars = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        columns = columns or bars
        if bars != columns:
            raise ValueError(f"a row of {bars - 1} cells in a table of {columns - 1}: {line[:80]}")


def check_csv(text):
    rows = list(csv.reader(io.StringIO(text), strict=True))
    widths = {len(row) for row in rows}
    if len(rows) < 2 or len(widths) != 1:
        raise ValueError(f"{len(rows)} rows of {sorted(widths)} cells")


def check_png(data):
    """A PNG (its chunks whole) whose pixels are not all alike."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("no PNG")
    at, pixels = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body, (sum_,) = data[at + 8:at + 8 + size], struct.unpack(">I", data[at + 8 + size:at + 12 + size])
        if zlib.crc32(kind + body) != sum_:
            raise ValueError(f"a broken chunk {kind!r}")
        if kind == b"IHDR" and 0 in struct.unpack(">II", body[:8]):
            raise ValueError("a picture without pixels")
        pixels += body if kind == b"IDAT" else b""
        at += 12 + size
    if kind != b"IEND" or len(set(zlib.decompress(pixels))) < 3:
        raise ValueError("a picture that is empty or cut off")


CHECKS = {"html": check_html, "md": check_md, "csv": check_csv, "json": json.loads, "txt": refuse_controls,
          "svg": lambda text: refuse_controls(text, "\n\t")}


def check(paths):
    wrong = 0
    for path in paths:
        form = path.rsplit(".", 1)[1]
        try:
            if form == "png":
                with open(path, "rb") as file:
                    check_png(file.read())
            else:
                with open(path, encoding="utf-8", newline="") as file:
                    CHECKS[form](file.read())
        except (ValueError, csv.Error, struct.error, zlib.error) as error:
            print(f"{path}: {error}")
            wrong = 1
    return wrong


sys.exit(make() if sys.argv[1] == "make" else check(sys.argv[2:]))
