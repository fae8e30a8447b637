// SPDX-License-Identifier: Apache-2.0
// The flame graph of perfviz beside its peers' on the same stacks: time from navigation to the picture, and of a search.
//
//   node benchmarks/report/peers.mjs PERFVIZ MODULES [--flamegraph FLAMEGRAPH.PL] [--d3 FOLDER] [--async-profiler JAR]
//
//   PERFVIZ   the program that makes the page
//   MODULES   folder with the node_modules of templates/web/package-lock.json (speedscope among them)
//   FOLDER    one with a node_modules that has d3-flame-graph and d3-selection
//   JAR       async-profiler's converter (jfr-converter.jar), run by java
//
// Stacks of 50,000 and 200,000 boxes from a fixed seed; pages are opened from files in Chromium, interleaved, 3 times,
// and the least counts. "Painted" is the second frame after the graph's boxes are there. A peer that is not given is
// skipped with its reason. [ms]
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { callTree } from "../../tests/web/documents.mjs";

const kRuns = 3;
const kCounts = [50_000, 200_000];
const kPattern = "method_77";
const kLongestMs = 120_000;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { flamegraph: { type: "string" }, d3: { type: "string" }, "async-profiler": { type: "string" } },
});
if (positionals.length !== 2) {
  console.error("usage: peers.mjs PERFVIZ MODULES [--flamegraph PL] [--d3 FOLDER] [--async-profiler JAR]");
  process.exit(2);
}
const [perfviz, modules] = positionals.map((path) => resolve(path));

// Collapsed stacks, and the same as nested objects.
function inputsOf(count, folder) {
  const { names, parent, frame, self } = callTree(count);
  const paths = ["all"];
  const nodes = [{ name: "all", value: 0, children: [] }];
  const lines = [];
  for (let i = 1; i < parent.length; i++) {
    paths[i] = `${paths[parent[i]]};${names[frame[i]]}`;
    nodes[i] = { name: names[frame[i]], value: self[i], children: [] };
    nodes[parent[i]].children.push(nodes[i]);
    if (self[i] > 0) lines.push(`${paths[i]} ${self[i]}`);
  }
  const collapsed = join(folder, "stacks.collapsed");
  writeFileSync(collapsed, lines.join("\n") + "\n");
  return { collapsed, nested: JSON.stringify(nodes[0]) };
}

// What each peer needs, how its page is made, when its boxes are there (run in the page), and how it searches.
const kPeers = {
  perfviz: {
    missing: () => "",
    make: ({ collapsed }, folder) => {
      const page = join(folder, "perfviz.html");
      execFileSync(perfviz, ["--profiler", collapsed, "--report", page, "--quiet"]);
      return page;
    },
    isThere: () => performance.getEntriesByName("flame: ready").length > 0,
    search: (pattern) => {
      const input = document.querySelector("figure[data-flame] input[type=search]");
      input.value = pattern;
      input.dispatchEvent(new Event("input"));
    },
  },
  "flamegraph.pl": {
    missing: () => (options.flamegraph ? "" : "--flamegraph is not given"),
    make: ({ collapsed }, folder) => {
      const page = join(folder, "flamegraph.svg");
      const most = { maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "ignore"] };
      // Every box, as the others have them.
      writeFileSync(page, execFileSync("perl", [options.flamegraph, "--minwidth", "0", collapsed], most));
      return page;
    },
    isThere: () => document.readyState === "complete" && document.querySelector("rect") !== null,
    search: (pattern) => globalThis.search(pattern),
  },
  "d3-flame-graph": {
    missing: () => (options.d3 ? "" : "--d3 is not given"),
    make: ({ nested }, folder) => {
      const part = (path) => readFileSync(join(options.d3, "node_modules", path), "utf8");
      const page = join(folder, "d3.html");
      const start =
        `globalThis.chart = flamegraph().width(1200).selfValue(true).minFrameSize(0);\n` +
        `d3.select("#chart").datum(${nested}).call(globalThis.chart);`;
      const scripts = [part("d3-selection/dist/d3-selection.min.js"), part("d3-flame-graph/dist/d3-flamegraph.min.js"), start];
      const style = part("d3-flame-graph/dist/d3-flamegraph.css");
      const body = scripts.map((script) => `<script>${script}</script>`).join("\n");
      writeFileSync(page, `<!DOCTYPE html><meta charset="utf-8"><style>${style}</style><div id="chart"></div>\n${body}`);
      return page;
    },
    isThere: () => document.querySelector(".d3-flame-graph .frame") !== null,
    search: (pattern) => globalThis.chart.search(pattern),
  },
  speedscope: {
    missing: () => (existsSync(join(modules, "node_modules/speedscope")) ? "" : "not in MODULES"),
    make: ({ collapsed }, folder) => {
      const site = join(folder, "speedscope");
      cpSync(join(modules, "node_modules/speedscope/dist/release"), site, { recursive: true });
      const data = readFileSync(collapsed).toString("base64");
      writeFileSync(join(site, "profile.js"), `speedscope.loadFileFromBase64("stacks.collapsed", "${data}")`);
      return `${join(site, "index.html")}#localProfilePath=${join(site, "profile.js").slice(1)}`; // it puts file:/// before
    },
    isThere: () => document.querySelectorAll("canvas").length > 1,
    search: (pattern) => {
      globalThis.dispatchEvent(new KeyboardEvent("keydown", { key: "f", code: "KeyF", ctrlKey: true, bubbles: true }));
      return new Promise((done) => {
        const typed = () => {
          const input = document.querySelector("input[type=text], input:not([type=file])");
          if (!input) return void requestAnimationFrame(typed);
          input.value = pattern;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          done();
        };
        typed();
      });
    },
  },
  "async-profiler": {
    missing: () => (options["async-profiler"] ? "" : "--async-profiler is not given (its converter, a jar)"),
    make: ({ collapsed }, folder) => {
      const input = join(folder, "stacks.txt");
      const page = join(folder, "async.html");
      copyFileSync(collapsed, input);
      execFileSync("java", ["-jar", options["async-profiler"], "-o", "html", input, page], { stdio: "ignore" });
      return page;
    },
    isThere: () => document.readyState === "complete" && document.querySelector("canvas") !== null,
    search: (pattern) => globalThis.search(pattern),
  },
};

const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

async function timesOf(browser, peer, path) {
  const context = await browser.newContext({ viewport: { width: 1300, height: 1000 } });
  try {
    const page = await context.newPage();
    const [file, hash] = path.split("#");
    await page.goto(pathToFileURL(file).href + (hash ? `#${hash}` : ""), { timeout: kLongestMs, waitUntil: "commit" });
    await page.waitForFunction(peer.isThere, null, { timeout: kLongestMs, polling: "raf" });
    const painted = await page.evaluate(`(${frames})().then(() => performance.now())`);
    const search = `(async () => { const begin = performance.now(); await (${peer.search})(${JSON.stringify(kPattern)});
      await (${frames})(); return performance.now() - begin; })()`;
    return { painted, search: await page.evaluate(search) };
  } finally {
    await context.close();
  }
}

async function compared(browser, count) {
  const folder = mkdtempSync(join(tmpdir(), "perfopt-peers-"));
  try {
    const inputs = inputsOf(count, folder);
    const shown = [];
    for (const [name, peer] of Object.entries(kPeers)) {
      const reason = peer.missing();
      if (reason) console.log(`skipped: ${name}: ${reason}`);
      else shown.push({ name, peer, path: peer.make(inputs, folder), painted: Infinity, search: Infinity });
    }
    for (let run = 0; run < kRuns; run++) {
      for (const one of shown) {
        const { painted, search } = await timesOf(browser, one.peer, one.path).catch((error) => {
          throw new Error(`${one.name}, ${count} boxes: ${error.message}`);
        });
        one.painted = Math.min(one.painted, painted);
        one.search = Math.min(one.search, search);
      }
    }
    return shown;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(count, shown) {
  const [ours] = shown;
  console.log(`\n${count.toLocaleString("en")} boxes  | painted [ms] | of perfviz | search [ms] | of perfviz`);
  for (const { name, painted, search } of shown) {
    const cells = [painted.toFixed(0), (painted / ours.painted).toFixed(2), search.toFixed(0), (search / ours.search).toFixed(2)];
    console.log([name.padEnd(14), ...cells.map((cell, i) => cell.padStart([12, 10, 11, 10][i]))].join(" | "));
  }
}

const { chromium } = createRequire(join(modules, "package.json"))("playwright-core");
const browser = await chromium.launch({
  executablePath: process.env.PERFOPT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--allow-file-access-from-files"],
});
try {
  for (const count of kCounts) print(count, await compared(browser, count));
} finally {
  await browser.close();
}
