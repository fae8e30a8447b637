// SPDX-License-Identifier: Apache-2.0
// The pages that perfviz writes: they ask nothing of a network, say everything without script, are reachable by the
// keyboard, readable for all, and print. Pictures and PDFs stay in the output folder for people to look at.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import { axe, kPhone, open, painted, readThrough } from "./browser.mjs";
import { kHostileNames } from "./documents.mjs";
import { kPages, pathOf, profileTree } from "./pages.mjs";

const kSights = {
  light: {},
  dark: { scheme: "dark" },
  phone: { viewport: kPhone },
};

for (const [name, make] of Object.entries(kPages)) {
  if (name === "profile_200k") continue; // the speed tests have it; its picture is that of 50,000 frames
  test(`${name}: no request, no error, no shift, nothing for axe to find`, async (t) => {
    for (const [sight, options] of Object.entries(kSights)) {
      const page = await open(t, make(), options);
      await painted(page);
      assert.ok((await page.evaluate(() => globalThis.shifted)) < 0.01, `${sight}: the page moved as it was opened`);
      assert.deepEqual(await axe(page), [], sight);
      const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overhang <= 0, `${sight}: ${overhang} px wider than the window`);
      await readThrough(page);
      await page.screenshot({ path: pathOf(`${name}_${sight}.png`), fullPage: true });
      assert.deepEqual(page.faults, [], sight);
      await page.context().close();
    }
  });

  test(`${name}: prints`, async (t) => {
    const page = await open(t, make(), { scheme: "dark" });
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await axe(page), []);
    const path = pathOf(`${name}.pdf`);
    await page.pdf({ path, format: "A4", printBackground: true });
    assert.ok(statSync(path).size > 5000);
    assert.deepEqual(page.faults, []);
  });

  test(`${name}: says the same without script`, async (t) => {
    const rowsOf = (page) => page.locator("tbody tr").allTextContents();
    const [plain, live] = [await open(t, make(), { script: false }), await open(t, make())];
    const rows = await rowsOf(plain);
    assert.deepEqual(await rowsOf(live), rows);
    const closed = plain.locator("details.problem:not([open]) > summary");
    while ((await closed.count()) > 0) await closed.first().click();
    for (const figure of await plain.locator("figure").all()) {
      assert.ok(await figure.locator("svg, table, img").first().isVisible());
    }
    if (name !== "no_benchmark") assert.ok(rows.length > 0);
  });
}

test("a link opens the problem that it leads to, without script too; in print all are open", async (t) => {
  for (const script of [true, false]) {
    const page = await open(t, kPages.benchmarks(), { script });
    assert.equal(await page.locator("#p7").isVisible(), false);
    await page.locator(".answers a[href='#p7']").click();
    await page.locator("#p7 svg").first().waitFor({ state: "visible" });
    assert.equal(await page.locator("#p8").isVisible(), false);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#p8").isVisible(), true);
  }
  const page = await open(t, kPages.benchmarks());
  await page.goto(`${page.url()}#p9`);
  await page.locator("#p9 svg").first().waitFor({ state: "visible" });
});

test("the answers sort within their families; the results filter in a box that scrolls", async (t) => {
  const page = await open(t, kPages.benchmarks());
  const box = page.locator(".tall");
  assert.ok((await box.evaluate((at) => at.clientHeight)) < 800);
  await page.getByLabel("Filter results").fill("problem_7");
  const total = await page.locator(".results tbody tr:not(.group)").count();
  assert.equal(await box.locator("[role=status]").textContent(), `12 of ${total}`);
  const first = page.locator(".answers tbody tr:not(.group) a").first();
  const sort = page.locator(".answers").getByRole("button", { name: "problem" });
  await sort.click();
  assert.equal(await first.textContent(), "problem_0");
  await sort.click();
  assert.equal(await first.textContent(), "problem_39");
});

// Of every part that is shown, in the order of the page.
function coloursOf(page) {
  return page.evaluate(() => {
    const names = ["color", "backgroundColor", "borderTopColor", "fill", "stroke"];
    return [...document.querySelectorAll("body, body *")].map((part) => {
      const style = getComputedStyle(part);
      return `${part.tagName}.${part.getAttribute("class")} ${names.map((name) => style[name]).join(" ")}`;
    });
  });
}

test("a chosen theme gives every part the colours that a machine of that theme gives it", async (t) => {
  for (const name of ["benchmarks", "profile_50k", "compared_profiles"]) {
    const path = kPages[name]();
    const pages = { light: await open(t, path), dark: await open(t, path, { scheme: "dark" }) };
    const own = { light: await coloursOf(pages.light), dark: await coloursOf(pages.dark) };
    assert.notDeepEqual(own.light, own.dark);
    for (const machine of ["light", "dark"]) {
      for (const chosen of ["dark", "light", "auto"]) {
        await pages[machine].getByLabel("Theme").selectOption(chosen);
        const expected = own[chosen === "auto" ? machine : chosen];
        const found = await coloursOf(pages[machine]);
        const wrong = found.filter((line, i) => line !== expected[i]);
        assert.deepEqual(wrong.slice(0, 5), [], `${name}: ${chosen} chosen on a ${machine} machine`);
      }
    }
    await pages.light.context().close();
    await pages.dark.context().close();
  }
});

test("every control is reached by the keyboard, and is seen to be", async (t) => {
  for (const name of ["benchmarks", "profile_50k"]) {
    const page = await open(t, kPages[name]());
    await readThrough(page);
    const expected = await page.evaluate(() => {
      const parts = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")];
      return parts.filter((part) => part.checkVisibility({ visibilityProperty: true }) && !part.disabled).length;
    });
    const reached = new Set();
    for (let i = 0; i < expected + 3; i++) {
      await page.keyboard.press("Tab");
      const found = await page.evaluate(() => {
        const at = document.activeElement;
        if (!at || at === document.body) return null;
        globalThis.stops ??= new Map();
        if (!globalThis.stops.has(at)) globalThis.stops.set(at, globalThis.stops.size);
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        return { stop: globalThis.stops.get(at), isSeen: outlineStyle !== "none" && outlineWidth !== "0px" };
      });
      if (!found) continue;
      assert.ok(found.isSeen, `${name}: stop ${found.stop} shows no focus`);
      reached.add(found.stop);
    }
    assert.ok(reached.size >= expected, `${name}: ${reached.size} of ${expected}`);
  }
});

test("no name becomes markup", async (t) => {
  for (const name of ["hostile_benchmarks", "hostile_profile"]) {
    const page = await open(t, kPages[name]());
    await painted(page);
    assert.notEqual(await page.title(), "broken", name);
    assert.equal(await page.locator("img, iframe, script:not(#data, body > script)").count(), 0, name);
    assert.equal(await page.locator("[onerror], [onload], a[href^='javascript']").count(), 0, name);
    const words = await page.locator("body").innerText();
    assert.ok(words.includes(kHostileNames[1]), `${name} shows the name as it is`);
    assert.deepEqual(page.faults, [], name);
  }
});

test("the flame graph of a profile has the profile's total", async (t) => {
  const page = await open(t, kPages.profile_50k());
  const stage = page.locator(".stage");
  const total = profileTree(50000).self.reduce((sum, value) => sum + value, 0);
  assert.equal(Number(await stage.getAttribute("data-total")), total);
  await page.getByRole("button", { name: "Bottom-up" }).click();
  assert.equal(Number(await stage.getAttribute("data-total")), total);
});
