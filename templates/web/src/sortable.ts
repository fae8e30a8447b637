// SPDX-License-Identifier: Apache-2.0
// Tables that sort: <table data-sortable>. A column sorts by data-v of its cells where they have one, else by their
// text, as numbers when all of them are numbers; cells without a value stay last. Equal rows keep their order; the
// third press of a header gives the order of the document back. A table of several tbody keeps each together: rows are
// sorted within it, then the groups by their first row.
import { all, button } from "./element";

type Value = number | string | null;
type Direction = "ascending" | "descending" | "none";

const collator = new Intl.Collator("en", { numeric: true });
const kNext: Record<Direction, Direction> = { none: "ascending", ascending: "descending", descending: "none" };
const kNumber = /^[-+\u2212]?[\d,]*\.?\d+(?:e[-+]?\d+)?\s*[%x]?$/i;

function numberOf(text: string): number | null {
  return kNumber.test(text) ? Number(text.replace(/[,%x\s]/g, "").replace("\u2212", "-")) : null;
}

function cellAt(row: HTMLTableRowElement, column: number): HTMLTableCellElement | null {
  let at = 0;
  for (const cell of row.cells) {
    if (at === column) return cell;
    at += cell.colSpan;
  }
  return null;
}

// Columns of the headers that stand over one column each, lowest row of the head last.
function headers(head: HTMLTableSectionElement): Map<number, HTMLTableCellElement> {
  const taken: boolean[][] = [];
  const found = new Map<number, HTMLTableCellElement>();
  [...head.rows].forEach((row, y) => {
    let x = 0;
    for (const cell of row.cells) {
      while (taken[y]?.[x]) x++;
      for (let dy = 0; dy < cell.rowSpan; dy++) {
        for (let dx = 0; dx < cell.colSpan; dx++) (taken[y + dy] ??= [])[x + dx] = true;
      }
      if (cell.colSpan === 1 && y + cell.rowSpan === head.rows.length) found.set(x, cell);
      x += cell.colSpan;
    }
  });
  return found;
}

class SortableTable {
  private readonly bodies: { body: HTMLTableSectionElement; rows: HTMLTableRowElement[]; fixed: number }[];

  constructor(private readonly table: HTMLTableElement) {
    this.bodies = [...table.tBodies].map((body) => {
      const rows = [...body.rows];
      const fixed = rows.filter((row) => row.classList.contains("group")).length;
      return { body, rows: rows.slice(fixed), fixed };
    });
    if (!table.tHead) return;
    for (const [column, header] of headers(table.tHead)) {
      if (header.textContent?.trim()) this.addButton(header, column);
    }
  }

  private addButton(header: HTMLTableCellElement, column: number): void {
    const sort = button("", () => {
      const now = kNext[(header.getAttribute("aria-sort") ?? "none") as Direction];
      for (const other of this.table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
      if (now !== "none") header.setAttribute("aria-sort", now);
      this.sort(column, now);
    });
    sort.className = "sort";
    sort.append(...header.childNodes);
    header.append(sort);
  }

  private values(rows: HTMLTableRowElement[], column: number): Map<HTMLTableRowElement, Value> {
    const texts = rows.map((row) => {
      const cell = cellAt(row, column);
      return (cell?.dataset.v ?? cell?.textContent ?? "").trim();
    });
    const isEmpty = (text: string) => text === "" || text === "-" || text === "\u2013" || text === "\u2014";
    const numeric = texts.every((text) => isEmpty(text) || numberOf(text) !== null);
    return new Map(
      rows.map((row, i) => [row, isEmpty(texts[i]) ? null : numeric ? numberOf(texts[i]) : texts[i]]),
    );
  }

  private sort(column: number, direction: Direction): void {
    const values = this.values(
      this.bodies.flatMap(({ rows }) => rows),
      column,
    );
    const sign = direction === "descending" ? -1 : 1;
    const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement): number => {
      const left = values.get(a) ?? null;
      const right = values.get(b) ?? null;
      if (left === null || right === null) return Number(left === null) - Number(right === null);
      if (typeof left === "number" && typeof right === "number") return sign * (left - right);
      return sign * collator.compare(String(left), String(right));
    };
    const isSorted = direction !== "none";
    const groups = this.bodies.map(({ body, rows }) => ({ body, rows: isSorted ? [...rows].sort(compare) : rows }));
    const filled = groups.filter(({ rows }) => rows.length > 0);
    if (isSorted) filled.sort((a, b) => compare(a.rows[0], b.rows[0]));
    for (const { body, rows } of filled) body.append(...rows);
    for (const { body } of filled) this.table.append(body);
  }
}

export function startSorting(): void {
  for (const table of all<HTMLTableElement>("table[data-sortable]")) new SortableTable(table);
}
