// SPDX-License-Identifier: Apache-2.0
// All tests of the pages in one browser (run.sh says with what).
import { after } from "node:test";
import { closeBrowser } from "./browser.mjs";

after(closeBrowser);
for (const name of (process.env.PERFOPT_WEB_TESTS ?? "flame,controls,pages,speed").split(",")) {
  await import(`./${name}.test.mjs`);
}
