// SPDX-License-Identifier: Apache-2.0
// A filter box over a long table: <div class="scroll" data-filter="functions"> around it. Rows that hold all words
// typed stay, in any case and order; a group whose name holds them stays whole. How many are left is told.
import { all, element } from "./element";

interface FilterGroup {
  body: HTMLTableSectionElement;
  name: string;
  rows: { row: HTMLTableRowElement; text: string }[];
}

function lowerText(from: Element): string {
  return (from.textContent ?? "").toLowerCase();
}

class TableFilter {
  private groups: FilterGroup[] | null = null; // read when first needed: most tables are never filtered
  private readonly count = element("span", { role: "status" });
  private readonly input: HTMLInputElement;

  constructor(
    private readonly scroll: HTMLElement,
    private readonly what: string,
  ) {
    this.input = element("input", { type: "search", spellcheck: "false", autocomplete: "off" });
    this.input.addEventListener("input", () => this.apply());
    const box = element("div", { class: "filter" }, element("label", {}, `Filter ${what} `, this.input), this.count);
    scroll.prepend(box);
    scroll.dataset.ready = "";
    this.tell(scroll.querySelectorAll("tbody tr:not(.group)").length);
  }

  private read(): FilterGroup[] {
    return [...this.scroll.querySelectorAll<HTMLTableSectionElement>("tbody")].map((body) => {
      const rows = [...body.rows].map((row) => ({ row, text: lowerText(row) }));
      return {
        body,
        name: rows.map(({ row, text }) => (row.classList.contains("group") ? text : "")).join(" "),
        rows: rows.filter(({ row }) => !row.classList.contains("group")),
      };
    });
  }

  private tell(total: number, shown = total): void {
    const sum = total.toLocaleString("en");
    this.count.textContent = shown < total ? `${shown.toLocaleString("en")} of ${sum}` : `${sum} ${this.what}`;
  }

  private apply(): void {
    this.groups ??= this.read();
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let total = 0;
    for (const { body, name, rows } of this.groups) {
      let left = 0;
      for (const { row, text } of rows) {
        const isShown = words.every((word) => text.includes(word) || name.includes(word));
        row.hidden = !isShown;
        if (isShown) left++;
      }
      body.hidden = left === 0 && words.length > 0;
      shown += left;
      total += rows.length;
    }
    this.tell(total, shown);
  }
}

export function startFilters(): void {
  for (const scroll of all<HTMLElement>(".scroll[data-filter]")) {
    new TableFilter(scroll, scroll.dataset.filter || "rows");
  }
}
