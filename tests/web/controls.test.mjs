// SPDX-License-Identifier: Apache-2.0
// Tables that sort and filter, tabs, dense lines, themes and copying, on pages of the test's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, kPhone, open, painted, textsDrawn } from "./browser.mjs";
import { article, framed } from "./frame.mjs";
import { written } from "./pages.mjs";

const kTable = `<div class="scroll" data-filter="strategies"><table data-sortable><caption>Table</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Time</th><th scope="col">Gain</th></tr></thead>
<tbody><tr class="group"><th colspan="3" scope="colgroup">sorting</th></tr>
<tr><th scope="row">merge</th><td data-v="3000">3 us</td><td>2.5 %</td></tr>
<tr><th scope="row">Quick</th><td data-v="900">900 ns</td><td>10 %</td></tr>
<tr><th scope="row">bubble</th><td data-v="900">900 ns</td><td>\u2013</td></tr></tbody>
<tbody><tr class="group"><th colspan="3" scope="colgroup">hashing</th></tr>
<tr><th scope="row">fnv 10</th><td data-v="100">100 ns</td><td>1,000 %</td></tr>
<tr><th scope="row">fnv 9</th><td data-v="2e6">2 ms</td><td>\u221230 %</td></tr></tbody></table></div>`;

function pageOf(name, content, rest = {}) {
  const body = `<main>${article("", name, content)}</main>`;
  return written(`${name}.html`, framed({ title: name, body, ...rest }));
}

const rowsOf = (page) => page.locator("tbody tr:visible > :first-child").allTextContents();

test("a table sorts by values, in groups, stably, and back", async (t) => {
  const page = await open(t, pageOf("table", kTable));
  const original = ["sorting", "merge", "Quick", "bubble", "hashing", "fnv 10", "fnv 9"];
  const sort = (name) => page.getByRole("button", { name, exact: true }).click();
  await sort("Time");
  assert.deepEqual(await rowsOf(page), ["hashing", "fnv 10", "fnv 9", "sorting", "Quick", "bubble", "merge"]);
  assert.equal(await page.locator("th", { hasText: "Time" }).getAttribute("aria-sort"), "ascending");
  await sort("Time");
  assert.deepEqual(await rowsOf(page), ["hashing", "fnv 9", "fnv 10", "sorting", "merge", "Quick", "bubble"]);
  await sort("Time");
  assert.deepEqual(await rowsOf(page), original);
  assert.equal(await page.locator("[aria-sort]").count(), 0);
  await sort("Gain");
  assert.deepEqual(await rowsOf(page), ["hashing", "fnv 9", "fnv 10", "sorting", "merge", "Quick", "bubble"]);
  await sort("Gain");
  assert.deepEqual(await rowsOf(page), ["hashing", "fnv 10", "fnv 9", "sorting", "Quick", "merge", "bubble"]);
  await sort("Name");
  assert.deepEqual(await rowsOf(page), ["sorting", "bubble", "merge", "Quick", "hashing", "fnv 9", "fnv 10"]);
  assert.deepEqual(page.faults, []);
});

test("a filter keeps rows with all words, or of a group with them, and counts", async (t) => {
  const page = await open(t, pageOf("filter", kTable));
  const count = page.locator(".filter [role=status]");
  assert.equal(await count.textContent(), "5 strategies");
  await page.getByLabel("Filter strategies").fill("NS k");
  assert.deepEqual(await rowsOf(page), ["sorting", "Quick"]);
  assert.equal(await count.textContent(), "1 of 5");
  await page.getByLabel("Filter strategies").fill("hashing");
  assert.deepEqual(await rowsOf(page), ["hashing", "fnv 10", "fnv 9"]);
  await page.getByLabel("Filter strategies").fill("nowhere");
  assert.deepEqual(await rowsOf(page), []);
  assert.equal(await count.textContent(), "0 of 5");
  await page.getByLabel("Filter strategies").fill("");
  assert.equal((await rowsOf(page)).length, 7);
});

const kTabs = {
  title: "two",
  chooser:
    '<nav class="chooser" aria-label="Documents"><a href="#document">One</a> <a href="#d2-document">Two</a></nav>',
  body:
    `<main>${article("", "One", '<p id="first">first</p>')}` +
    `${article("d2-", "Two", '<h2 id="d2-deep">deep</h2>')}</main>`,
};

test("documents become tabs; keys, addresses and printing reach each", async (t) => {
  const path = written("tabs.html", framed(kTabs));
  const page = await open(t, path);
  assert.equal(await page.locator("#first").isVisible(), true);
  assert.equal(await page.locator("#d2-deep").isVisible(), false);
  await page.getByRole("tab", { name: "One" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getByRole("tab", { name: "Two" }).getAttribute("aria-selected"), "true");
  assert.equal(await page.locator("#first").isVisible(), false);
  assert.equal(await page.locator("#d2-deep").isVisible(), true);
  assert.match(page.url(), /#d2-document$/);
  await page.keyboard.press("Home");
  assert.equal(await page.locator("#first").isVisible(), true);
  await page.evaluate(() => (location.hash = "#d2-deep"));
  await page.locator("#d2-deep").waitFor({ state: "visible" });
  assert.deepEqual(await axe(page), []);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#first").isVisible(), true);
  assert.equal(await page.locator("#d2-deep").isVisible(), true);
  assert.deepEqual(page.faults, []);

  const plain = await open(t, path, { script: false });
  assert.equal(await plain.locator("#first").isVisible(), true);
  assert.equal(await plain.locator("#d2-deep").isVisible(), true);
});

// 604,800 points in 2,000 buckets, one of which holds a spike of one sample.
function week() {
  const x = Array.from({ length: 2000 }, (_, i) => i * 302.4);
  const low = x.map((_, i) => -1000 - 20 * Math.sin(i / 90));
  const high = low.map((value, i) => (i === 1234 ? 50000 : value + 30));
  const axes = { x: { label: "time", unit: "s" }, y: { label: "balance", unit: "count" } };
  return { id: "w", kind: "lines", title: "A week", ...axes, series: [{ label: "cpu0", x, low, high }] };
}

const kLines =
  '<figure data-lines="w"><svg viewBox="0 0 600 200" role="img" aria-label="static"></svg>' +
  "<figcaption>A week of seconds</figcaption></figure>";

// Rows of pixels of the canvas that have ink of the first series in a column range.
function inkTop(page) {
  return page.evaluate(() => {
    const canvas = document.querySelector(".uplot canvas");
    const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = 4 * (y * width + x);
        if (data[at + 3] > 60 && data[at + 2] > data[at] + 60) return y / height;
      }
    }
    return 1;
  });
}

test("a line of a week shows a spike of one second, cuts no label, and follows the keys", async (t) => {
  const page = await open(t, pageOf("lines", kLines, { islands: [week()] }));
  await page.locator(".uplot").waitFor();
  await painted(page);
  assert.ok((await inkTop(page)) < 0.2, "the spike is drawn at the top");
  const flat = week();
  flat.series[0].high[1234] = flat.series[0].high[1233];
  const without = await open(t, pageOf("lines_flat", kLines, { islands: [{ ...flat, y: { ...flat.y } }] }));
  await painted(without);
  const edge = await without.evaluate(() => {
    const canvas = document.querySelector(".uplot canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, 2, canvas.height);
    return data.some((value) => value > 0);
  });
  assert.equal(edge, false, "nothing is drawn at the very edge, where a label would be cut");

  await page.locator(".plot").focus();
  await page.keyboard.press("Home");
  assert.match(await page.locator(".said").textContent(), /^time 0 ns, cpu0 -1,000 to -970$/);
  for (let i = 0; i < 12; i++) await page.keyboard.press("Shift+ArrowRight");
  for (let i = 0; i < 34; i++) await page.keyboard.press("ArrowRight");
  assert.match(await page.locator(".said").textContent(), /cpu0 -[\d.,]+ to 50,000$/);
  for (const key of ["+", "+", "-", "Escape"]) await page.keyboard.press(key);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.faults, []);
});

test("lines on a logarithmic axis, of several series with their own x, of none", async (t) => {
  const series = [
    { label: "a", x: [0, 1, 3], low: [1, 10, 1000], high: [2, 20, 2000] },
    { label: "b", x: [0.5, 1, 2], low: [5, null, 5], high: [5, null, 5] },
  ];
  const axes = { x: { label: "n", unit: "index" }, y: { label: "time", unit: "ns", log: true } };
  const island = { id: "w", kind: "lines", title: "Two", ...axes, series };
  const page = await open(t, pageOf("lines_two", kLines, { islands: [island] }));
  await page.locator(".plot").focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator(".said").textContent(), "n 1, a 10 ns to 20 ns");
  assert.deepEqual(page.faults, []);
  const none = await open(t, pageOf("lines_none", kLines, { islands: [{ ...island, series: [] }] }));
  assert.equal(await none.locator("figure svg").isVisible(), true);
  assert.deepEqual(none.faults, []);
});

const redrawn = (page) => textsDrawn(page, () => page.setViewportSize({ width: 1200, height: 1000 }));

test("an amount is shown from zero, in steps of powers of two of bytes", async (t) => {
  const series = [{ label: "memory", x: [0, 1, 2], low: [9e7, 1e8, 1.4e8], high: [9e7, 1e8, 1.4e8] }];
  const axes = { x: { label: "time", unit: "s" }, y: { label: "memory", unit: "bytes", from_zero: true } };
  const island = { id: "w", kind: "lines", title: "Memory", ...axes, series };
  const page = await open(t, pageOf("lines_bytes", kLines, { islands: [island] }));
  const texts = await redrawn(page);
  assert.deepEqual(texts.slice(texts.indexOf("32 MiB") - 1, texts.indexOf("128 MiB") + 1), [
    "0",
    "32 MiB",
    "64 MiB",
    "96 MiB",
    "128 MiB",
  ]);
  const free = { ...island, y: { label: "memory", unit: "bytes" } };
  const without = await open(t, pageOf("lines_bytes_free", kLines, { islands: [free] }));
  const first = (await redrawn(without)).find((text) => /B$/.test(text));
  assert.match(first, /^\d+ MiB$/);
  assert.ok(parseInt(first) > 32, `${first}: the axis begins near the data`);
});

test("bands, names and marks of a history are there", async (t) => {
  const x = Array.from({ length: 400 }, (_, i) => i);
  const level = x.map((i) => (i < 200 ? 1e6 : 2e6));
  const line = { label: "sort", x, low: level, high: level };
  const names = x.map((i) => `day${i} commit${i}`);
  const axes = { x: { label: "run", unit: "index", names }, y: { label: "time", unit: "ns" } };
  const marks = [{ x: 200, text: "+100 % worse" }, { x: 201, text: "hidden" }, { x: 399, text: "at the end" }];
  const island = { id: "w", kind: "lines", title: "History", ...axes, series: [line], marks };
  const page = await open(t, pageOf("lines_history", kLines, { islands: [island] }));
  const texts = await redrawn(page);
  assert.ok(texts.includes("day100"), texts.join("|"));
  assert.ok(texts.includes("+100 % worse") && texts.includes("at the end") && !texts.includes("hidden"));
  await page.locator(".plot").focus();
  await page.keyboard.press("End");
  assert.equal(await page.locator(".said").textContent(), "run day399 commit399, sort 2 ms");
  const shot = () => page.locator(".plot").screenshot();
  const bare = await shot();
  const banded = { ...line, band_low: level.map((y) => y * 0.9), band_high: level.map((y) => y * 1.1) };
  const other = await open(t, pageOf("lines_band", kLines, { islands: [{ ...island, series: [banded] }] }));
  await redrawn(other);
  await other.locator(".plot").focus();
  await other.keyboard.press("End");
  assert.ok(!bare.equals(await other.locator(".plot").screenshot()), "a band is drawn");
  assert.deepEqual(page.faults, []);
});

test("lines are told apart by more than colour, and their legend keeps the room", async (t) => {
  const series = ["a", "b"].map((label, i) => ({ label, x: [0, 1], low: [i, i], high: [i, i] }));
  const axes = { x: { label: "n", unit: "index" }, y: { label: "m", unit: "count" } };
  const island = { id: "w", kind: "lines", title: "Two", ...axes, series };
  for (const viewport of [undefined, kPhone]) {
    const page = await open(t, pageOf("lines_legend", kLines, { islands: [island] }), { viewport });
    const marks = await page.locator(".legend b").allTextContents();
    assert.equal(new Set(marks).size, 2);
    await painted(page);
    assert.equal(await page.evaluate(() => globalThis.shifted), 0);
    const [plot, frame] = [await page.locator(".u-wrap").boundingBox(), await page.locator(".plot").boundingBox()];
    assert.ok(frame.y + frame.height - (plot.y + plot.height) < 4, "no room is left below the chart");
  }
});

test("a theme is chosen against the machine's, and remembered", async (t) => {
  const path = pageOf("colours", '<p class="l3">words</p>');
  const page = await open(t, path);
  const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await back();
  await page.getByLabel("Theme").selectOption("dark");
  const dark = await back();
  assert.notEqual(dark, light);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await back(), dark);
  await page.getByLabel("Theme").selectOption("light");
  assert.equal(await back(), light);
  await page.reload();
  assert.equal(await back(), light);
  await page.getByLabel("Theme").selectOption("auto");
  assert.equal(await back(), dark);
  assert.deepEqual(page.faults, []);
});

test("a command is copied as it stands", async (t) => {
  const page = await open(t, pageOf("copy", '<pre data-copy><code>perfbench --all &lt;x&gt;</code></pre>'));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "perfbench --all <x>");
  assert.deepEqual(page.faults, []);
});

test("nothing moves when the script starts", async (t) => {
  for (const viewport of [undefined, kPhone]) {
    const page = await open(t, pageOf("shift", kTable + kLines + kTable, { islands: [week()] }), { viewport });
    await painted(page);
    assert.equal(await page.evaluate(() => globalThis.shifted), 0);
  }
});
