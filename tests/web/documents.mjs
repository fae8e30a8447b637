// SPDX-License-Identifier: Apache-2.0
// Documents to test pages with: Suites and Profiles of a given size, the same for the same arguments.
import { deflateSync } from "node:zlib";

// Numbers from 0 to below 1 (mulberry32).
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// Names that try to become markup, to break a script or to turn the line.
export const kHostileNames = [
  "</script><script>document.title='broken'</script>",
  "<!--<script>",
  "--></style><img src=x onerror=\"document.title='broken'\">",
  "\"'><svg onload=document.title='broken'>",
  "{{script}} {{data}}",
  "line\u2028separator\u2029here",
  "zero\u0000byte",
  "\u202Eright to left\u202C",
  "\u0645\u0631\u062D\u0628\u0627::\u05E9\u05DC\u05D5\u05DD",
  "\u{1F525}\u{1F468}\u200D\u{1F469}\u200D\u{1F467} emoji()",
  "a".repeat(10000),
  "]]>",
  "&lt;&amp;&#60;",
  "javascript:document.title='broken'",
  "__proto__",
  "constructor",
];

const kLanguages = ["unknown", "native", "kernel", "python", "javascript", "shell", "synthetic"];

function functionNames(count, random) {
  return Array.from({ length: count }, (_, i) => {
    if (i < kHostileNames.length && random() < 2) return kHostileNames[i];
    return `ns${i % 40}::Class${i % 211}<std::vector<int>>::method_${i}(unsigned long, char const*)`;
  });
}

// A merged call tree of `count` nodes below its root, as columns; parents before children.
export function callTree(count, { functions = 5000, threads = 4, depth = 60, hostile = false, seed = 1 } = {}) {
  const random = randomOf(seed);
  const names = functionNames(functions, random);
  if (!hostile) kHostileNames.forEach((_, i) => (names[i] = `plain_${i}`));
  const languages = names.map((_, i) => (i % 11 === 0 ? 2 : i % 7 === 0 ? 3 : 1));
  const parent = [-1];
  const frame = [-1];
  const self = [0];
  const level = [0];
  const byKey = new Map();
  while (parent.length <= count) {
    // Recent nodes are likelier parents: trees of programs are deep and uneven.
    const back = Math.floor(parent.length * random() ** 3);
    let above = parent.length - 1 - back;
    if (level[above] >= depth) above = 0;
    const called = Math.floor(functions * random() ** 1.5);
    const key = above * functions + called;
    if (byKey.has(key)) continue;
    byKey.set(key, parent.length);
    parent.push(above);
    frame.push(called);
    level.push(level[above] + 1);
    self.push(random() < 0.7 ? Math.ceil(-Math.log(1 - random()) * 1e6) : 0);
  }
  return { names, languages, parent, frame, self, threads, random };
}

function base64Of(bytes) {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

// As lib/perfopt/report/island.cpp packs them.
function packedBytes(bytes) {
  const small = deflateSync(Buffer.from(bytes));
  return bytes.length >= 512 && small.length < bytes.length ? `~${base64Of(small)}` : base64Of(bytes);
}

function packedJson(value) {
  const text = JSON.stringify(value);
  const small = packedBytes(Buffer.from(text));
  return small.startsWith("~") && small.length < text.length ? small : value;
}

function leb128(values) {
  const bytes = [];
  for (let value of values) {
    for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    bytes.push(value);
  }
  return packedBytes(bytes);
}

function deltas(values) {
  let last = 0;
  return leb128(
    values.map((value) => {
      const step = value - last;
      last = value;
      return step >= 0 ? step * 2 : -step * 2 - 1;
    }),
  );
}

// The island of a flame graph, as perfviz writes it (report/flame_island).
export function flameIsland(id, tree, { rows = true, after = false } = {}) {
  const { names, languages, parent, frame, self, threads, random } = tree;
  const buckets = 200;
  const columns = { node: [], thread: [], activity: [], time: [], value: [] };
  if (rows) {
    const limit = Math.max(1, Math.ceil(parent.length / 100000));
    self.forEach((value, node) => {
      if (value === 0 || node % limit !== 0) {
        if (value > 0) push(node, 0, 0, 0, value);
        return;
      }
      push(node, Math.floor(threads * random()), random() < 0.8 ? 0 : 1, Math.floor(buckets * random()), value);
    });
  }
  function push(...row) {
    Object.values(columns).forEach((column, i) => column.push(row[i]));
  }
  const changed = self.map((value) => (random() < 0.9 ? value : Math.floor(value * 3 * random())));
  return {
    id,
    kind: "flame",
    title: "CPU time",
    unit: "ns",
    names: packedJson(names),
    places: packedJson(names.map((_, i) => `src/part${i % 50}.cpp:${i}`)),
    frames: {
      name: deltas(names.map((_, i) => i)),
      place: deltas(names.map((_, i) => i)),
      language: leb128(languages),
    },
    nodes: {
      parent: leb128(parent.slice(1).map((above, i) => i + 1 - above)),
      frame: leb128(frame.slice(1)),
      ...(rows ? {} : { self: leb128(self.slice(1)) }),
    },
    rows: rows
      ? {
          node: deltas(columns.node),
          thread: leb128(columns.thread),
          activity: leb128(columns.activity),
          time: deltas(columns.time),
          value: leb128(columns.value),
        }
      : null,
    threads: Array.from({ length: threads }, (_, i) => `worker ${100 + i}`),
    activities: ["running", "futex"],
    languages: kLanguages,
    bucket_ns: 5e6,
    ...(after ? { after: { self: leb128(changed.slice(1)) } } : {}),
  };
}

const kSizes = [1000, 10000, 100000, 1000000];

// A Suite of `problems` benchmarks: three variants at four sizes, `rounds` each.
export function suite(problems, { rounds = 20, names = null, seed = 1 } = {}) {
  const random = randomOf(seed);
  const variant = (name, index, size, gain) => {
    const level = index === 0 ? "baseline" : "conservative";
    const wall = Array.from({ length: rounds }, () => (size * gain * (1 + 0.1 * random())) / (1 + index));
    const median = [...wall].sort((a, b) => a - b)[rounds >> 1];
    const speedup = { estimate: 1 + index, low: 0.98 * (1 + index), high: 1.02 * (1 + index) };
    return {
      name,
      level,
      does: `way ${index}`,
      needs: "",
      costs: "",
      weaker: "",
      workers: 0,
      status: "ok",
      reason: "",
      note: "",
      rounds: { wall_ns: wall, cpu_ns: wall, position: wall.map((_, round) => (round + index) % 3) },
      items_per_run: size,
      bytes_per_run: size * 8,
      resources: { peak_rss_bytes: 2e6 * (index + 1) },
      summary: {
        wall_ns: median,
        wall_low_ns: Math.min(...wall),
        wall_high_ns: Math.max(...wall),
        cpu_ns: median,
        items_per_second: (size / median) * 1e9,
        bytes_per_second: (size / median) * 8e9,
        spread: 0.04,
        ...(index === 0 ? { verdict: "baseline" } : { speedup, verdict: "wins" }),
      },
    };
  };
  const cases = [];
  for (let i = 0; i < problems; i++) {
    const name = names?.[i % names.length] ?? `problem_${i}`;
    const gain = 1 + 3 * random();
    for (const size of kSizes) {
      cases.push({
        category: "memory",
        problem: name,
        title: names ? name : `Problem ${i}: what is measured here`,
        unit: "items",
        size,
        size_class: "small",
        instances: 1,
        status: "ok",
        reason: "",
        out_of_time: false,
        conditions: "",
        variants: ["naive", "blocked", "parallel"].map((way, index) => variant(way, index, size, gain)),
        best: { variant: "parallel", tied: [] },
      });
    }
  }
  return {
    schema: "perfopt.suite",
    schema_version: 1,
    started: "2026-01-01T00:00:00Z",
    elapsed_s: 60,
    complete: true,
    missing: [],
    settings: { seed: 1 },
    environment: { host: "test" },
    cases,
    findings: cases
      .filter(({ size }) => size === kSizes[0])
      .map(({ category, problem, title, unit }) => ({
        category,
        problem,
        title,
        unit,
        variants: [{ variant: "parallel", tendency: "always_wins", sentence: "wins at every size measured: 3.00x" }],
        sentence: "parallel at 1,000 to 1,000,000 (3.00x)",
      })),
    skipped_categories: [],
  };
}

// A Profile with the samples of a call tree, spread over its threads and ten seconds.
export function profile(tree, command = "server --port 1") {
  const strings = ["", ...tree.names, "src/part.cpp", "bin/server"];
  const [file, module] = [strings.length - 2, strings.length - 1];
  const samples = { stack: [], thread: [], time_ns: [], activity: [], object: [] };
  const values = [];
  let time = 0;
  const step = Math.floor(1e10 / tree.parent.length);
  tree.self.forEach((value, node) => {
    if (value === 0) return;
    samples.stack.push(node - 1);
    samples.thread.push(node % tree.threads);
    samples.time_ns.push((time += step));
    samples.activity.push(0);
    samples.object.push(0);
    values.push(value);
  });
  const count = tree.names.length;
  const column = (value) => Array.from({ length: count }, (_, i) => (typeof value === "function" ? value(i) : value));
  return {
    schema: "perfopt.profile",
    schema_version: 1,
    command,
    mode: "cpu",
    backend: "generated",
    backend_reason: "a test",
    started: "2026-01-01T00:00:00Z",
    elapsed_s: 10,
    complete: true,
    rate_hz: 999,
    time_resolution_ns: 1,
    primary: "cpu",
    measures: [{ name: "cpu", unit: "ns" }],
    counts: { taken: values.length, lost: 0, truncated: 0, no_stack: 0, torn: 0 },
    environment: { host: "test" },
    doubts: [],
    processes: [{ pid: 1, parent_pid: 0, name: "server", command, start_ns: 0, end_ns: 1e10, language: "" }],
    threads: Array.from({ length: tree.threads }, (_, i) => {
      return { pid: 1, tid: 100 + i, name: `worker ${i}`, start_ns: 0, end_ns: 1e10 };
    }),
    strings,
    frames: {
      function: column((i) => i + 1),
      file: column(file),
      line: column((i) => i + 1),
      first_line: column(1),
      module: column(module),
      address: column(0),
      language: tree.languages,
      inlined: column(0),
    },
    stacks: { parent: tree.parent.slice(1).map((node) => node - 1), frame: tree.frame.slice(1) },
    objects: [""],
    samples: { ...samples, values: [values] },
    memory: [],
    recommendations: [],
  };
}
