// SPDX-License-Identifier: Apache-2.0
// Builds the one script of all pages: node build.mjs [OUTPUT], by default ../report.js, and OUTPUT.licenses beside it.
//
// The same sources and lock file give the same bytes. The script stands inside of a <script> element and is compiled
// into a C++ program as raw literals, so it must be ASCII and hold no text that would end either: checked here.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const kMostBytes = 81_920;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const output = process.argv[2] ?? here("../report.js");

// What a caller of uPlot may use and we do not (bars, steps, splines, points, axes of dates, its legend) is not bundled: its
// module hangs all of it on the one object that it exports and makes its tables of dates as it starts, so that no
// bundler can see it.
const kCuts = [
  [/\nuPlot\.assign = assign;\n[^]*$/, "\nuPlot.join = join;\nexport { uPlot as default };\n"],
  [/\bshowLegend\b(?! =)/g, "false"],
  [/\n\tself\.(add|del|set)(Series|Band|Legend) = \w+;/g, ""],
  [/\n\tfunction (initLegendRow|setLegendValues|addSeries|delSeries|addBand|delBand)\([^]*?\n\t\}(?=\n)/g, ""],
  [/\nconst \[[^\]]*\] = genTimeStuffs\([^)]*\);/g, ""],
  [/\n\tconst _tzDate +=[^]*?\n\tconst _timeSeriesVal +=[^\n]*\n/, "\n"],
  [/\blet isTime = [^;]+;/g, ""],
  [/\bisTime\b/g, "false"],
  [/\bconst pointsPath = points\(\) *;/, "const pointsPath = null;"],
  [/\bsc\.distr == 4 \? asinhAxisSplits : /, ""],
];
const onlyWhatIsUsed = {
  name: "only-what-is-used",
  setup(builder) {
    builder.onLoad({ filter: /uPlot\.esm\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [cut, instead] of kCuts) {
        if (!cut.test(contents)) throw new Error(`${path} is not built as it was: nothing matches ${cut}`);
        contents = contents.replace(cut, instead);
      }
      return { contents };
    });
  },
};

// Long names of our own that neither the browser, nor uPlot, nor the data of a page knows; those that are uPlot's own.
const kOurNames = [
  "_[a-z]+",
  "(self|total|selves|smallest)After",
  "(is|has)(Flipped|Asked|Plain|After|Match)",
  "(row|bucket)(Start|Ns)",
  "(make|paint|build|base|show|add|label|fill|language|character|set)(Graph|With|Row|Box|Tree|Path|Of|Px|Self|Sample|View|Button)",
  "focusedFunction|canvasElement|toolbar|describe|recolour|neighbour|outward|rebuild|zoomed|focused|choices|weights",
  "lowest|levels|painter|palette|shrank|stacks|scene|island|centre|matchedBoxes|pointed|prepare|beside|spread|hits",
  "stage|ground|parents|selves|running|bodies|views|built|changed|tabs|shades|sight|isMatch|expand|follow|lastNs|outermost",
];

const uplot = JSON.parse(readFileSync(here("node_modules/uplot/package.json"), "utf8"));
const license = readFileSync(here("node_modules/uplot/LICENSE"), "utf8");

await build({
  entryPoints: [here("src/main.ts")],
  outfile: output,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "ascii",
  mangleProps: new RegExp(`^(${kOurNames.join("|")})$`),
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: here("."),
  plugins: [onlyWhatIsUsed],
  banner: {
    js:
      "// SPDX-License-Identifier: Apache-2.0 AND MIT\n" +
      `// Built from web/ by web/build.mjs. Contains uPlot ${uplot.version}, MIT: see report.js.licenses.`,
  },
});

const text = readFileSync(output, "latin1");
for (const [what, pattern] of [
  ["the end of a script element", /<\/script/i],
  ["the start of a comment of HTML", /<!--/],
  ["the end of a C++ literal", /\)perfopt"/],
  ["a character that is not ASCII", /[^\x00-\x7f]/],
  ["eval, which the pages' policy forbids", /\beval\(|new Function\(/],
]) {
  if (pattern.test(text)) throw new Error(`${output} contains ${what}; reword the source that it comes from`);
}
const bytes = statSync(output).size;
if (bytes > kMostBytes) throw new Error(`${output} has ${bytes} bytes, more than the ${kMostBytes} it may have`);
writeFileSync(`${output}.licenses`, `uPlot ${uplot.version}\n${uplot.homepage}\n\n${license.trim()}\n`);
console.log(`${output}: ${bytes} bytes`);
