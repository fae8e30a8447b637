// SPDX-License-Identifier: Apache-2.0
// Light or dark, as the machine has it or as the reader chooses.
//
// The style sheet knows only what the machine has (prefers-color-scheme). A choice changes the condition of those very
// rules, so that every colour is written once and static SVG follows. The choice is remembered where the browser lets
// a page do so.
import { choice, element } from "./element";

const kThemes = ["auto", "light", "dark"] as const;
const kKey = "perfopt-theme";
const kDark = /\(prefers-color-scheme:\s*dark\)/;

const machine = matchMedia("(prefers-color-scheme: dark)");
const listeners: (() => void)[] = [];

function darkRules(): { rule: CSSMediaRule; text: string }[] {
  const found = [];
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSMediaRule && kDark.test(rule.media.mediaText)) {
        found.push({ rule, text: rule.media.mediaText });
      }
    }
  }
  return found;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(kKey);
  } catch {
    return null; // a page from a file may have no storage
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(kKey, theme);
  } catch {
    return; // then the choice lasts as long as the page
  }
}

function apply(theme: (typeof kThemes)[number], rules: ReturnType<typeof darkRules>): void {
  const condition = { auto: "(prefers-color-scheme: dark)", light: "not all", dark: "all" }[theme];
  for (const { rule, text } of rules) rule.media.mediaText = text.replace(kDark, condition);
  const root = document.documentElement;
  root.style.colorScheme = theme === "auto" ? "" : theme;
  root.dataset.theme = theme;
  for (const changed of listeners) changed();
}

// `changed` is called whenever the colours of the page have become others.
export function onTheme(changed: () => void): void {
  listeners.push(changed);
  machine.addEventListener("change", changed);
}

export function startTheme(): void {
  const rules = darkRules();
  const control = choice("Theme", kThemes, (index) => {
    apply(kThemes[index], rules);
    remember(kThemes[index]);
  });
  document.body.prepend(element("section", { class: "theme", "aria-label": "Appearance" }, control));
  const index = kThemes.indexOf((remembered() ?? "auto") as (typeof kThemes)[number]);
  if (index > 0) {
    control.querySelector("select")!.selectedIndex = index;
    apply(kThemes[index], rules);
  }
}

// The value of a colour variable, as a canvas takes it.
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
