// SPDX-License-Identifier: Apache-2.0
// Tables wider than the window can be scrolled by keyboard: <div class="scroll"> is a stop of the Tab key while it
// overflows, named by the table's caption or the heading before it. One that was not laid out yet may overflow.
import { all } from "./element";

function nameOf(scroll: HTMLElement): string {
  const heading = scroll.closest("section")?.querySelector("h2, h3");
  return (scroll.querySelector("caption") ?? heading)?.textContent?.trim() || "Table";
}

function setStop(scroll: HTMLElement, isStop: boolean): void {
  if (isStop === scroll.hasAttribute("tabindex")) return;
  const stop = { tabindex: "0", role: "group", "aria-label": nameOf(scroll) };
  for (const [name, value] of Object.entries(stop)) {
    if (isStop) scroll.setAttribute(name, value);
    else scroll.removeAttribute(name);
  }
}

export function startScrolling(): void {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) setStop(target as HTMLElement, target.scrollWidth > target.clientWidth);
  });
  for (const scroll of all<HTMLElement>(".scroll:not([tabindex])")) {
    setStop(scroll, true);
    observer.observe(scroll);
  }
}
