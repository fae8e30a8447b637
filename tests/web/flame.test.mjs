// SPDX-License-Identifier: Apache-2.0
// The flame graph: every view keeps the total, filters split it, search and keys find what is there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kPhone, open, painted, textsDrawn } from "./browser.mjs";
import { callTree, flameIsland, kHostileNames } from "./documents.mjs";
import { article, flameFigure, framed } from "./frame.mjs";
import { written } from "./pages.mjs";

// main calls parse (twice itself) and paint; parse is a recursion.
//                    root  main  parse parse leaf  paint leaf
const kSmall = {
  names: ["main", "parse", "leaf", "paint"],
  languages: [1, 1, 3, 2],
  parent: [-1, 0, 1, 2, 3, 1, 5],
  frame: [-1, 0, 1, 1, 2, 3, 2],
  self: [0, 5, 10, 20, 30, 5, 30],
  threads: 2,
  random: () => 0.25,
};

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function pageOf(name, island, title = "Flame", rows = undefined) {
  const body = `<main>${article("", title, flameFigure(island.id, "CPU time", rows))}</main>`;
  return written(`${name}.html`, framed({ title, body, islands: [island] }));
}

const totalOf = (page) => page.locator(".stage").getAttribute("data-total").then(Number);
const said = (page) => page.locator(".said").textContent();
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

test("every view of a large tree keeps the total", async (t) => {
  const tree = callTree(20000);
  const page = await open(t, pageOf("flame_views", flameIsland("f", tree)));
  const total = sum(tree.self);
  assert.equal(await totalOf(page), total);
  for (const order of ["by name", "in time", "heaviest first"]) {
    await page.getByLabel("Order").selectOption(order);
    assert.equal(await totalOf(page), total, order);
  }
  for (const language of ["native", "python", "kernel"]) {
    await page.getByLabel("Frames").selectOption(`of ${language} alone`);
    assert.equal(await totalOf(page), total, language);
  }
  await page.getByLabel("Frames").selectOption("of all languages");
  await press(page, "Flipped");
  assert.equal(await totalOf(page), total);
  await press(page, "Bottom-up");
  assert.equal(await totalOf(page), total);
  assert.deepEqual(page.faults, []);
});

test("filters split the total", async (t) => {
  const tree = callTree(5000);
  const page = await open(t, pageOf("flame_filters", flameIsland("f", tree)));
  const total = await totalOf(page);
  const totals = async (label, options) => {
    const found = [];
    for (const option of options) {
      await page.getByLabel(new RegExp(`^${label}`)).selectOption(option);
      found.push(await totalOf(page));
    }
    await page.getByLabel(new RegExp(`^${label}`)).selectOption({ index: 0 });
    return found;
  };
  const threads = await totals("Thread", ["worker 100", "worker 101", "worker 102", "worker 103"]);
  assert.equal(sum(threads), total);
  assert.ok(threads.every((value) => value > 0 && value < total));
  assert.equal(sum(await totals("Activity", ["on CPU", "off CPU"])), total);
  await page.getByLabel("To, seconds").fill("0.5");
  await page.keyboard.press("Tab");
  const first = await totalOf(page);
  await page.getByLabel("To, seconds").fill("1");
  await page.getByLabel("From, seconds").fill("0.5");
  await page.keyboard.press("Tab");
  assert.equal(first + (await totalOf(page)), total);
  assert.ok(first > 0 && first < total);
  assert.deepEqual(page.faults, []);
});

test("the sandwich counts a recursion once", async (t) => {
  const page = await open(t, pageOf("flame_sandwich", flameIsland("f", kSmall, { rows: false })));
  assert.equal(await totalOf(page), 100);
  await page.locator(".stage").focus();
  for (const key of ["ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  assert.match(await said(page), /^parse, .*total 60 ns \(60\.0 %\), self 10 ns/);
  await page.keyboard.press("s");
  assert.equal(await totalOf(page), 60);
  assert.match(await said(page), /Callers and callees of parse: 60 ns/);
  await page.keyboard.press("ArrowUp");
  assert.match(await said(page), /^main, .*total 60 ns/);
  await page.keyboard.press("ArrowDown");
  assert.match(await said(page), /^parse, /);
  assert.deepEqual(page.faults, []);
});

test("bottom-up starts with what takes the time", async (t) => {
  const page = await open(t, pageOf("flame_bottom_up", flameIsland("f", kSmall, { rows: false })));
  await press(page, "Bottom-up");
  await page.locator(".stage").focus();
  await page.keyboard.press("ArrowDown");
  assert.match(await said(page), /^leaf, .*total 60 ns \(60\.0 %\)/);
  await page.keyboard.press("ArrowRight");
  assert.match(await said(page), /^parse, .*total 30 ns \(30\.0 %\)/);
});

test("frames of one language take the samples of what they call", async (t) => {
  const page = await open(t, pageOf("flame_language", flameIsland("f", kSmall, { rows: false })));
  await page.getByLabel("Frames").selectOption("of native alone");
  await page.locator(".stage").focus();
  await page.keyboard.press("ArrowDown");
  assert.match(await said(page), /^main, .*total 100 ns \(100\.0 %\), self 40 ns/);
});

test("search tells the share, walks the boxes and refuses what is no expression", async (t) => {
  const page = await open(t, pageOf("flame_search", flameIsland("f", kSmall, { rows: false })));
  await page.locator(".stage").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("^PA");
  const found = page.locator(".found");
  assert.equal(await found.textContent(), "not found");
  await page.getByLabel("Search").fill("^pa");
  assert.equal(await found.textContent(), "95.0 % of all, 3 boxes here");
  await page.keyboard.press("Enter");
  assert.match(await said(page), /^parse, .*total 60 ns/);
  await page.keyboard.press("Enter");
  assert.match(await said(page), /^parse, .*total 50 ns/);
  await page.keyboard.press("Shift+Enter");
  assert.match(await said(page), /^parse, .*total 60 ns/);
  await page.getByLabel("Search").fill("(");
  assert.match(await found.textContent(), /^not a regular expression: /);
  assert.equal(await page.getByLabel("Search").getAttribute("aria-invalid"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByLabel("Search").inputValue(), "");
  assert.equal(await found.textContent(), "");
  assert.deepEqual(page.faults, []);
});

test("a slash searches from anywhere in the page; a wheel that comes by moves the page", async (t) => {
  const page = await open(t, pageOf("flame_wheel", flameIsland("f", callTree(5000))));
  await page.keyboard.press("/");
  assert.ok(await page.getByLabel("Search").evaluate((input) => input === document.activeElement));
  await page.keyboard.press("Escape");
  await page.evaluate(() => document.activeElement.blur());
  await page.waitForTimeout(200); // a wheel is handled beside the script, by what was painted last
  const stage = page.locator(".stage");
  const scrolled = () => stage.evaluate((at) => at.scrollTop);
  await stage.hover();
  await page.mouse.wheel(0, 200);
  await page.waitForTimeout(200);
  assert.equal(await scrolled(), 0);
  await stage.focus();
  await stage.hover();
  await page.mouse.wheel(0, 200);
  await page.waitForTimeout(200);
  assert.ok((await scrolled()) > 0);
  assert.equal(await page.locator(".tip").isVisible(), false);
});

test("a time range stays within the recording; what nothing passes is told in the graph", async (t) => {
  const page = await open(t, pageOf("flame_range", flameIsland("f", callTree(5000))));
  const [from, to] = [page.getByLabel("From, seconds"), page.getByLabel("To, seconds")];
  const last = await to.inputValue();
  await from.fill("1e9");
  await from.press("Enter");
  await from.blur();
  assert.equal(await from.inputValue(), last);
  assert.equal(await page.locator(".beyond").textContent(), "no sample passes these filters");
});

test("keys zoom in and out, the path leads back", async (t) => {
  const page = await open(t, pageOf("flame_keys", flameIsland("f", kSmall, { rows: false })));
  await page.locator(".stage").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "Enter"]) await page.keyboard.press(key);
  const steps = page.getByRole("navigation", { name: "Zoomed path" }).locator("li");
  assert.deepEqual(await steps.allTextContents(), ["all", "main", "paint"]);
  await page.keyboard.press("Escape");
  assert.deepEqual(await steps.allTextContents(), ["all", "main"]);
  await page.getByRole("button", { name: "Reset zoom" }).click();
  assert.deepEqual(await steps.allTextContents(), ["all"]);
});

test("a click zooms, the pointer shows the full name and place", async (t) => {
  const page = await open(t, pageOf("flame_pointer", flameIsland("f", kSmall, { rows: false })));
  await page.locator(".stage canvas").hover({ position: { x: 100, y: 45 } });
  assert.equal(await page.locator(".tip div").nth(0).textContent(), "parse");
  assert.equal(await page.locator(".tip div").nth(1).textContent(), "src/part1.cpp:1");
  await page.locator(".stage canvas").click({ position: { x: 100, y: 45 } });
  const steps = page.getByRole("navigation", { name: "Zoomed path" }).locator("li");
  assert.deepEqual(await steps.allTextContents(), ["all", "main", "parse"]);
});

test("a comparison shows what is gone in the widths of before, what is new in those of after", async (t) => {
  const island = flameIsland("f", kSmall, { rows: false });
  island.after = { self: island.nodes.self };
  island.nodes.self = Buffer.from([5, 10, 20, 30, 5, 0]).toString("base64");
  island.after.self = Buffer.from([5, 0, 0, 0, 5, 70]).toString("base64");
  const page = await open(t, pageOf("flame_diff", island));
  assert.equal(await totalOf(page), 70);
  await page.locator(".stage").focus();
  for (const key of ["ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  assert.match(await said(page), /^parse, .*total 60 ns .*after: total 0 ns \(0\.00 %\), \u221285\.71 points/);
  await page.getByLabel("Width").selectOption("after");
  assert.equal(await totalOf(page), 80);
  await page.locator(".stage").focus();
  for (const key of ["ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  assert.match(await said(page), /^paint, .*after: total 75 ns/);
});

test("a comparison says what its widths are, and how much a share changed", async (t) => {
  const island = flameIsland("f", kSmall, { rows: false });
  island.nodes.self = Buffer.from([5, 10, 20, 30, 5, 0]).toString("base64");
  island.after = { self: Buffer.from([5, 0, 0, 0, 5, 70]).toString("base64") };
  const page = await open(t, pageOf("flame_diff_words", island));
  const note = page.locator(".live .note");
  assert.equal(await note.textContent(), "Width: the share before. What is new has none; choose Width after to see it.");
  assert.equal(await page.locator(".legend").count(), 0, "the page has one already");
  const before = await namesWritten(page);
  assert.ok(before.includes("\u221285.7 parse"), before.join("|"));
  assert.ok(!before.some((text) => text.endsWith("leaf") && text.startsWith("+")), before.join("|"));
  await page.getByLabel("Width").selectOption("after");
  assert.match(await note.textContent(), /^Width: the share after. What is removed has none;/);
  const after = await namesWritten(page);
  assert.ok(after.includes("+87.5 leaf"), after.join("|"));
});

function namesWritten(page) {
  return textsDrawn(page, () => page.locator(".stage").dispatchEvent("scroll"));
}

test("a name that does not fit loses template arguments, then scopes, then its middle", async (t) => {
  const name = "outer::Class<std::vector<int>, operator_less>::operator<<::method_of_some_length";
  const tree = { ...kSmall, names: [name, "parse", "leaf", "paint"] };
  const page = await open(t, pageOf("flame_names", flameIsland("f", tree, { rows: false })));
  const seen = new Set();
  for (let width = 1000; width >= 125; width -= 25) {
    await page.setViewportSize({ width, height: 900 });
    await painted(page);
    const texts = await namesWritten(page);
    seen.add(texts[texts.indexOf("all") + 1]); // of the only box below the root
  }
  const forms = [...seen];
  assert.deepEqual(forms.slice(0, 3), [
    name,
    "outer::Class<\u2026>::operator<<::method_of_some_length",
    "\u2026Class<\u2026>::operator<<::method_of_some_length",
  ]);
  assert.ok(forms.includes("\u2026operator<<::method_of_some_length"), forms.join("|"));
  assert.match(forms[forms.length - 1], /^meth[a-z_]*\u2026[a-z_]*ngth$/);
  forms.forEach((text, i) => assert.ok(i === 0 || text.length <= forms[i - 1].length, forms.join("|")));
});

test("the frame is as high as the rows, up to most of the window, and tells those out of sight", async (t) => {
  const heights = async (rows, tree) => {
    const page = await open(t, pageOf(`flame_${rows}_rows`, flameIsland("f", tree, { rows: false }), "Flame", rows));
    await painted(page);
    assert.equal(await page.evaluate(() => globalThis.shifted), 0, "nothing moved");
    const { height } = await page.locator(".stage").boundingBox();
    return { page, height, beyond: await page.locator(".beyond").textContent() };
  };
  const few = await heights(8, kSmall);
  assert.ok(few.height >= 8 * 18 && few.height < 8 * 18 + 100, `${few.height} px for 8 rows`);
  assert.equal(few.beyond, "");
  const depth = 200;
  const chain = {
    ...kSmall,
    parent: Array.from({ length: depth }, (_, i) => i - 1),
    frame: Array.from({ length: depth }, (_, i) => (i === 0 ? -1 : i % 2)),
    self: Array.from({ length: depth }, (_, i) => (i === depth - 1 ? 7 : 0)),
  };
  const { page, height, beyond } = await heights(80, chain);
  assert.ok(height >= 600 && height <= 780, `${height} px for 200 rows in a window of 1000`);
  assert.equal(beyond, `\u25bc ${depth - Math.round(height / 18)} rows`);
  await page.locator(".stage").evaluate((stage) => (stage.scrollTop = stage.scrollHeight));
  await painted(page);
  assert.match(await page.locator(".beyond").textContent(), /^\u25b2 \d+ rows$/);
});

test("a tap tells, a second one zooms, and nothing covers what is tapped", async (t) => {
  const page = await open(t, pageOf("flame_tap", flameIsland("f", kSmall, { rows: false })), {
    viewport: kPhone,
    touch: true,
  });
  const canvas = page.locator(".stage canvas");
  await canvas.tap({ position: { x: 30, y: 45 } });
  assert.match(await said(page), /^parse, src\/part1\.cpp:1, total 60 ns .*, tap again to zoom in$/);
  assert.equal(await page.locator(".tip").isVisible(), false);
  const steps = page.getByRole("navigation", { name: "Zoomed path" }).locator("li");
  assert.deepEqual(await steps.allTextContents(), ["all"]);
  await canvas.tap({ position: { x: 30, y: 45 } });
  assert.deepEqual(await steps.allTextContents(), ["all", "main", "parse"]);
  const box = await page.locator(".said").boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= kPhone.width);
});

test("what stands at the pointer leaves its row free and stays in the window", async (t) => {
  const page = await open(t, pageOf("flame_tip", flameIsland("f", kSmall, { rows: false })));
  await page.locator(".stage").scrollIntoViewIfNeeded();
  const stage = await page.locator(".stage").boundingBox();
  for (const [x, y] of [[5, 30], [stage.width - 5, 30], [100, 60]]) {
    await page.mouse.move(stage.x + x, stage.y + y);
    const tip = await page.locator(".tip").boundingBox();
    if (!tip) continue;
    assert.ok(tip.x >= 0 && tip.x + tip.width <= 1300 && tip.y + tip.height <= 1000);
    const row = stage.y + Math.floor(y / 18) * 18;
    assert.ok(tip.y >= row + 17 || tip.y + tip.height <= row + 1, `${tip.y} in the row at ${row}`);
  }
});

test("hostile names stay text", async (t) => {
  const tree = callTree(500, { functions: 40, hostile: true });
  const page = await open(t, pageOf("flame_hostile", flameIsland("f", tree), kHostileNames[0]));
  assert.equal(await page.title(), kHostileNames[0]);
  await page.locator(".stage").focus();
  for (let i = 0; i < 30; i++) await page.keyboard.press(i % 3 === 0 ? "ArrowDown" : "ArrowRight");
  await page.getByLabel("Search").fill("script|constructor|proto");
  for (let i = 0; i < 5; i++) await page.keyboard.press("Enter");
  await painted(page);
  assert.equal(await page.title(), kHostileNames[0]);
  assert.equal(await page.locator("main img, main script").count(), 0);
  assert.deepEqual(page.faults, []);
});

test("a chain of 5,000 calls, one sample, and none", async (t) => {
  const depth = 5000;
  const chain = {
    ...kSmall,
    parent: Array.from({ length: depth + 1 }, (_, i) => i - 1),
    frame: Array.from({ length: depth + 1 }, (_, i) => (i === 0 ? -1 : i % 2)),
    self: Array.from({ length: depth + 1 }, (_, i) => (i === depth ? 7 : 0)),
  };
  const deep = await open(t, pageOf("flame_deep", flameIsland("f", chain)));
  assert.equal(await totalOf(deep), 7);
  await press(deep, "Bottom-up");
  assert.equal(await totalOf(deep), 7);
  await press(deep, "Sandwich");
  assert.equal(await totalOf(deep), 7);
  assert.deepEqual(deep.faults, []);

  const none = { ...kSmall, self: kSmall.self.map(() => 0) };
  const empty = await open(t, pageOf("flame_empty", flameIsland("f", none, { rows: false })));
  assert.equal(await said(empty), "No sample passes these filters.");
  await press(empty, "Bottom-up");
  await press(empty, "Sandwich");
  assert.deepEqual(empty.faults, []);
});

test("columns that name a node before its parent leave the static picture", async (t) => {
  const island = flameIsland("f", kSmall, { rows: false });
  island.nodes.parent = Buffer.from([1, 9, 1, 1, 1, 1]).toString("base64");
  const page = await open(t, pageOf("flame_broken", island));
  assert.ok(await page.getByRole("img", { name: "static" }).isVisible());
  assert.match(page.faults.join(), /node 2 is out of order/);
});

test("data that cannot be read leave the static picture, and a line says why", async (t) => {
  const island = { ...flameIsland("f", kSmall), nodes: { parent: "~AAAA", frame: "", self: "" } };
  const page = await open(t, pageOf("flame_broken", island));
  assert.equal(await page.locator(".live").count(), 0);
  assert.ok(await page.getByRole("img", { name: "static" }).isVisible());
  assert.match(await page.locator("figure .note").textContent(), /^Only a picture, since/);
});
