// SPDX-License-Identifier: Apache-2.0
// Chromium with a page in it, watched: what it asks of a network and what it complains of is kept for the test.
//
// PERFOPT_WEB_MODULES: folder with a node_modules of templates/web/package-lock.json; PERFOPT_CHROMIUM: the browser.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export const modules = createRequire(`${process.env.PERFOPT_WEB_MODULES}/package.json`);
const { chromium } = modules("playwright-core");

let launched = null;

export function browser() {
  launched ??= chromium.launch({
    executablePath: process.env.PERFOPT_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
  return launched;
}

export async function closeBrowser() {
  await (await launched)?.close();
  launched = null;
}

export const kPhone = { width: 390, height: 844 };
const kDesk = { width: 1300, height: 1000 };

// A page from a file, ready, and closed when the test ends. `page.faults` are errors and requests so far: must stay empty.
export async function open(t, path, { viewport = kDesk, scheme = "light", script = true, touch = false } = {}) {
  const options = { viewport, colorScheme: scheme, javaScriptEnabled: script, reducedMotion: "reduce", hasTouch: touch };
  const context = await (await browser()).newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  const url = pathToFileURL(path).href;
  page.faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.faults.push(message.text());
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) page.faults.push(`request ${request.url()}`);
  });
  await page.addInitScript(() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(url);
  if (script) await page.waitForSelector("html[data-ready]");
  return page;
}

// After what was asked for has been painted.
export function painted(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

// [ms] of the last step of that name that a flame graph measured.
export async function stepMs(page, step) {
  await painted(page);
  return page.evaluate((name) => performance.getEntriesByName(`flame: ${name}`).pop()?.duration ?? NaN, step);
}

export function timesOf(page) {
  return page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    ready: performance.getEntriesByName("perfopt: ready")[0]?.startTime ?? NaN,
    flame: (() => {
      const entry = performance.getEntriesByName("flame: ready").pop();
      return entry ? entry.startTime + entry.duration : NaN;
    })(),
  }));
}

// Violations of the rules of axe, one line each.
export async function axe(page) {
  await page.evaluate(modules("fs").readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary.replace(/\s+/g, " ")}`),
  );
}

// Comes near all parts of a page, so that each is laid out and started, and goes back to its begin.
export async function readThrough(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
      scrollTo(0, y);
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    scrollTo(0, 0);
  });
}

// What canvases write while `act` makes them paint.
export async function textsDrawn(page, act) {
  await page.evaluate(() => {
    globalThis.texts = [];
    const proto = CanvasRenderingContext2D.prototype;
    globalThis.fillText ??= proto.fillText;
    proto.fillText = function (text, ...rest) {
      globalThis.texts.push(text);
      return globalThis.fillText.call(this, text, ...rest);
    };
  });
  await act();
  await painted(page);
  return page.evaluate(() => globalThis.texts);
}
