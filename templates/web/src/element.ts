// SPDX-License-Identifier: Apache-2.0
// Elements of the page. Text of documents only ever enters as text nodes or attribute values, never as markup.

type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export function button(label: string, act: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

// A label with its select; `act` gets the index of the choice.
export function choice(label: string, options: readonly string[], act: (index: number) => void): HTMLLabelElement {
  const select = element("select", {}, ...options.map((name) => element("option", {}, name)));
  select.addEventListener("change", () => act(select.selectedIndex));
  return element("label", {}, label + " ", select);
}

// Selectors of what stands in the whole page, also inside of articles that are not shown.
export function all<T extends Element>(selector: string): T[] {
  return [...document.querySelectorAll<T>(selector)];
}
