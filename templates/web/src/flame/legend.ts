// SPDX-License-Identifier: Apache-2.0
// What the colours of a flame graph mean, in words.
import { element } from "../element";
import type { FlameIsland } from "../island";
import { kChanges, languageMark, languageLetter } from "./palette";
import type { Stacks } from "./stacks";

function key(className: string, words: string): HTMLLIElement {
  return element("li", {}, element("span", { class: `key ${className}` }, words));
}

export function legendOf(island: FlameIsland, stacks: Stacks): HTMLElement {
  const list = element("ul", { class: "legend" });
  if (island.after) {
    const least = `${kChanges[0] * 100} % of all`;
    list.append(key("grew", "+ larger share after"), key("shrank", "\u2212 smaller share after"));
    list.append(key("equal", `equal (less than ${least})`));
    return list;
  }
  const used = new Set(stacks.languages);
  island.languages.forEach((name, i) => {
    if (used.has(i)) list.append(key(`f${languageLetter(name)}0`, languageMark(name) + name));
  });
  return list;
}
