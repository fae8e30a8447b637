// SPDX-License-Identifier: Apache-2.0
// What the colours of a comparison mean, in words; those of languages stand in the page already.
import { element } from "../element";
import { kChanges } from "./palette";

function key(className: string, words: string): HTMLLIElement {
  return element("li", {}, element("span", { class: `key ${className}` }, words));
}

export function changeLegend(): HTMLElement {
  const equal = `equal (less than ${kChanges[0] * 100} % of all)`;
  const keys = [key("grew", "+ larger share after"), key("shrank", "\u2212 smaller share after"), key("equal", equal)];
  return element("ul", { class: "legend" }, ...keys);
}
