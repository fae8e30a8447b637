// SPDX-License-Identifier: Apache-2.0
// Several documents in one page: their list becomes tabs. The address keeps working: #d2-functions shows the document
// that holds it. All of them are printed.
import { element } from "./element";

interface Tab {
  link: HTMLAnchorElement;
  panel: HTMLElement;
}

class Chooser {
  private readonly tabs: Tab[] = [];

  constructor(nav: HTMLElement) {
    for (const link of nav.querySelectorAll<HTMLAnchorElement>("a[href^='#']")) {
      const article = document.getElementById(link.hash.slice(1));
      if (!article) continue;
      link.id = `${article.id}-tab`;
      const panel = element("div", { role: "tabpanel", "aria-labelledby": link.id, id: `${article.id}-panel` });
      article.replaceWith(panel);
      panel.append(article);
      link.setAttribute("role", "tab");
      link.setAttribute("aria-controls", panel.id);
      this.tabs.push({ link, panel });
      link.addEventListener("click", (event) => {
        event.preventDefault();
        history.replaceState(null, "", link.hash);
        this.show(this.tabs.findIndex((tab) => tab.link === link));
      });
    }
    nav.append(element("div", { role: "tablist" }, ...this.tabs.map(({ link }) => link)));
    nav.addEventListener("keydown", (event) => this.key(event));
    addEventListener("hashchange", () => this.follow());
    this.show(0);
    this.follow();
  }

  private show(index: number): void {
    this.tabs.forEach(({ link, panel }, i) => {
      link.setAttribute("aria-selected", String(i === index));
      link.tabIndex = i === index ? 0 : -1;
      panel.hidden = i !== index;
    });
  }

  private key(event: KeyboardEvent): void {
    const at = this.tabs.findIndex(({ link }) => link === document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    const count = this.tabs.length;
    let next = step === 0 ? -1 : (at + step + count) % count;
    if (event.key === "Home") next = 0;
    if (event.key === "End") next = count - 1;
    if (event.key === " ") next = at;
    if (at < 0 || next < 0) return;
    event.preventDefault();
    this.tabs[next].link.focus();
    this.tabs[next].link.click();
  }

  // Shows the document that holds what the address names.
  private follow(): void {
    const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    const index = target ? this.tabs.findIndex(({ panel }) => panel.contains(target)) : -1;
    if (index < 0) return;
    this.show(index);
    if (!target!.classList.contains("document")) target!.scrollIntoView();
  }
}

export function startChooser(): void {
  const nav = document.querySelector<HTMLElement>("nav.chooser");
  if (nav) new Chooser(nav);
}
