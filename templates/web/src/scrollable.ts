// SPDX-License-Identifier: Apache-2.0
// Tables wider than the window can be scrolled by keyboard: <div class="scroll"> gets a stop of the Tab key while it
// overflows, named by the table's caption or the heading before it.
import { all } from "./element";

function nameOf(scroll: HTMLElement): string {
  const heading = scroll.closest("section")?.querySelector("h2, h3");
  return (scroll.querySelector("caption") ?? heading)?.textContent?.trim() || "Table";
}

export function startScrolling(): void {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (!(target instanceof HTMLElement) || target.scrollWidth <= target.clientWidth) continue;
      target.tabIndex = 0;
      target.setAttribute("role", "group");
      target.setAttribute("aria-label", nameOf(target));
      observer.unobserve(target);
    }
  });
  for (const scroll of all<HTMLElement>(".scroll:not([tabindex])")) observer.observe(scroll);
}
