// SPDX-License-Identifier: Apache-2.0
// The flame graph of perfviz beside its peers' on the same stacks: time from navigation to the picture, and of a search.
//
//   node benchmarks/report/peers.mjs PERFVIZ MODULES [--flamegraph FLAMEGRAPH.PL] [--d3 FOLDER] [--async-profiler JAR]
//                                    [--pictures FOLDER]
//
//   PERFVIZ   the program that makes the page
//   MODULES   folder with the node_modules of templates/web/package-lock.json (speedscope and esbuild among them)
//   --d3      folder with a node_modules that has d3-flame-graph 5 and d3-selection
//   JAR       async-profiler's converter (jfr-converter.jar), run by java
//   --pictures  folder for a picture of each peer after its search, for people to look at
//
// Stacks of 50,000 and 200,000 boxes from a fixed seed; pages are opened from files in Chromium, interleaved, 3 times,
// and the least counts. "Painted" is the second frame after the graph's boxes are there and in the window; a search is
// done at the second frame after what it found is told or coloured, and one that finds nothing is an error. Each peer
// draws every box; where it would leave small ones out by default, that is a row of its own. A peer that is not given
// is skipped with its reason; one that needs over two minutes "takes too long". [ms]
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  options: {
    flamegraph: { type: "string" },
    d3: { type: "string" },
    "async-profiler": { type: "string" },
    pictures: { type: "string" },
  },
});
if (positionals.length !== 2) {
  console.error("usage: peers.mjs PERFVIZ MODULES [--flamegraph PL] [--d3 FOLDER] [--async-profiler JAR] [--pictures FOLDER]");
  process.exit(2);
}
const [perfviz, modules] = positionals.map((path) => resolve(path));
const tools = createRequire(join(modules, "package.json"));
if (options.pictures) mkdirSync(options.pictures, { recursive: true });

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

// By default without boxes narrower than 0.1 px.
const flamegraphPl = (title, words) => ({
  missing: () => (options.flamegraph ? "" : "--flamegraph is not given"),
  make: ({ collapsed }, folder) => {
    const page = join(folder, `${title}.svg`);
    const most = { maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "ignore"] };
    writeFileSync(page, execFileSync("perl", [options.flamegraph, ...words, collapsed], most));
    return page;
  },
  isThere: () => document.readyState === "complete" && document.querySelector("rect") !== null,
  search: (pattern) => globalThis.search(pattern),
  hasFound: () => document.getElementById("matched").textContent.startsWith("Matched"),
});

// By default with every box. As its users load it: one minified script.
const d3FlameGraph = {
  missing: () => (options.d3 ? "" : "--d3 is not given"),
  make: ({ nested }, folder) => {
    const contents =
      'import flamegraph from "d3-flame-graph"; import { select } from "d3-selection";\n' +
      "globalThis.chart = flamegraph().width(1200).selfValue(true);\n" +
      'select("#chart").datum(JSON.parse(document.querySelector("#stacks").textContent)).call(globalThis.chart);';
    const { outputFiles } = tools("esbuild").buildSync({
      stdin: { contents, resolveDir: resolve(options.d3) },
      loader: { ".css": "empty" }, // it stands in the page
      bundle: true,
      minify: true,
      write: false,
      format: "iife",
    });
    const style = readFileSync(join(options.d3, "node_modules/d3-flame-graph/dist/d3-flamegraph.css"), "utf8");
    const page = join(folder, "d3.html");
    writeFileSync(
      page,
      `<!DOCTYPE html><meta charset="utf-8"><style>${style}</style><div id="chart"></div>\n` +
        `<script type="application/json" id="stacks">${nested}</script>\n<script>${outputFiles[0].text}</script>`,
    );
    return page;
  },
  isThere: () => document.querySelector(".d3-flame-graph .frame") !== null,
  search: (pattern) => globalThis.chart.search(pattern),
  hasFound: () => [...document.querySelectorAll(".frame")].some((frame) => frame.__data__.highlight),
};

// What each peer needs, how its page is made, when its boxes are there, how it searches, and whether it found anything
// (the last three run in the page).
const kPeers = {
  perfviz: {
    missing: () => "",
    make: ({ collapsed }, folder) => {
      const page = join(folder, "perfviz.html");
      execFileSync(perfviz, ["--profiler", collapsed, "--report", page, "--quiet"]);
      return `${page}#flame`;
    },
    isThere: () => {
      const { top, bottom } = document.querySelector(".stage")?.getBoundingClientRect() ?? { top: -1, bottom: -1 };
      return performance.getEntriesByName("flame: ready").length > 0 && bottom > 0 && top >= 0 && top < innerHeight / 2;
    },
    search: (pattern) => {
      const input = document.querySelector("figure[data-flame] input[type=search]");
      input.value = pattern;
      input.dispatchEvent(new Event("input"));
    },
    hasFound: () => document.querySelector(".found").textContent.endsWith(" boxes here"),
  },
  "flamegraph.pl": flamegraphPl("every_box", ["--minwidth", "0"]),
  "flamegraph.pl, defaults": flamegraphPl("defaults", []),
  "d3-flame-graph": d3FlameGraph,
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
    hasFound: () => /[?\d]\/[1-9]/.test(document.body.innerText), // "?/67": which of those, how many
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
    hasFound: () => document.querySelector("#match").textContent !== "",
  },
};

const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

async function timesOf(browser, peer, path, picture) {
  const context = await browser.newContext({ viewport: { width: 1300, height: 1000 } });
  try {
    const page = await context.newPage();
    const [file, hash] = path.split("#");
    await page.goto(pathToFileURL(file).href + (hash ? `#${hash}` : ""), { timeout: kLongestMs, waitUntil: "commit" });
    await page.waitForFunction(peer.isThere, null, { timeout: kLongestMs, polling: "raf" });
    const painted = await page.evaluate(`(${frames})().then(() => performance.now())`);
    const search = `(async () => { const begin = performance.now(); await (${peer.search})(${JSON.stringify(kPattern)});
      while (!(${peer.hasFound})() && performance.now() - begin < ${kLongestMs}) await (${frames})();
      await (${frames})(); return (${peer.hasFound})() ? performance.now() - begin : NaN; })()`;
    const searched = await page.evaluate(search);
    if (picture) await page.screenshot({ path: picture });
    if (Number.isNaN(searched)) throw new Error(`nothing found by ${kPattern}`);
    return { painted, search: searched };
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
        const picture = options.pictures && join(options.pictures, `${one.name}, ${count}.png`);
        const { painted, search } = await timesOf(browser, one.peer, one.path, picture).catch((error) => {
          if (error.name === "TimeoutError") return { painted: Infinity, search: Infinity };
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
  console.log(`\n${`${count.toLocaleString("en")} boxes`.padEnd(23)} | painted [ms] | of perfviz | search [ms] | of perfviz`);
  const told = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : "too long");
  for (const { name, painted, search } of shown) {
    const ratios = [painted / ours.painted, search / ours.search].map((ratio) => told(ratio, 2));
    const cells = [told(painted, 0), ratios[0], told(search, 0), ratios[1]];
    console.log([name.padEnd(23), ...cells.map((cell, i) => cell.padStart([12, 10, 11, 10][i]))].join(" | "));
  }
}

const browser = await tools("playwright-core").chromium.launch({
  executablePath: process.env.PERFOPT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--allow-file-access-from-files"],
});
try {
  for (const count of kCounts) print(count, await compared(browser, count));
} finally {
  await browser.close();
}
