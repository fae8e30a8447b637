// SPDX-License-Identifier: Apache-2.0
// The pages that the tests look at, under PERFOPT_WEB_OUTPUT: documents generated here, pages by perfviz
// (PERFOPT_PERFVIZ).
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { callTree, kHostileNames, profile, suite } from "./documents.mjs";

const output = process.env.PERFOPT_WEB_OUTPUT;
mkdirSync(output, { recursive: true });

export const pathOf = (name) => `${output}/${name}`;

export function written(name, text) {
  writeFileSync(pathOf(name), text);
  return pathOf(name);
}

export function perfviz(...words) {
  execFileSync(process.env.PERFOPT_PERFVIZ, words, { stdio: ["ignore", "pipe", "pipe"] });
}

export function pageOf(name, option, document) {
  const input = written(`${name}.json`, JSON.stringify(document));
  perfviz(option, input, "--report", pathOf(`${name}.html`), "--quiet");
  return pathOf(`${name}.html`);
}

const made = new Map();

function once(name, make) {
  if (!made.has(name)) made.set(name, make());
  return made.get(name);
}

export const profileTree = (count) => once(`tree ${count}`, () => callTree(count, { functions: Math.max(2000, count / 20) }));

export const kPages = {
  benchmarks: () => once("benchmarks", () => pageOf("benchmarks", "--benchmark", suite(40))),
  one_benchmark: () => once("one_benchmark", () => pageOf("one_benchmark", "--benchmark", suite(1))),
  no_benchmark: () => once("no_benchmark", () => pageOf("no_benchmark", "--benchmark", suite(0))),
  hostile_benchmarks: () =>
    once("hostile_benchmarks", () =>
      pageOf("hostile_benchmarks", "--benchmark", suite(kHostileNames.length, { names: kHostileNames, rounds: 5 })),
    ),
  profile_50k: () => once("profile_50k", () => pageOf("profile_50k", "--profiler", profile(profileTree(50000)))),
  profile_200k: () => once("profile_200k", () => pageOf("profile_200k", "--profiler", profile(profileTree(200000)))),
  compared_profiles: () =>
    once("compared_profiles", () => {
      const inputs = [1, 2].map((seed) => {
        const tree = callTree(3000, { functions: 200, seed });
        return written(`compared_${seed}.json`, JSON.stringify(profile(tree)));
      });
      perfviz("--compare", ...inputs, "--report", pathOf("compared_profiles.html"), "--quiet");
      return pathOf("compared_profiles.html");
    }),
  hostile_profile: () =>
    once("hostile_profile", () => {
      const tree = callTree(2000, { functions: 60, hostile: true });
      return pageOf("hostile_profile", "--profiler", profile(tree, kHostileNames[0]));
    }),
};
