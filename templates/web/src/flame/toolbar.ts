// SPDX-License-Identifier: Apache-2.0
// The controls of a flame graph: real buttons, selects and inputs with labels, and the state that they stand for.
import { button, choice, element } from "../element";
import type { FlameIsland } from "../island";
import type { Order } from "./scene";
import { kAllActivities, kNoFilters, kOffCpu, kOnCpu, type Filters } from "./stacks";

export type View = "top-down" | "bottom-up" | "sandwich";

export interface Choices {
  view: View;
  isFlipped: boolean;
  isAfter: boolean; // widths of the second profile
  order: Order;
  filters: Filters;
}

const kViews: [View, string, string][] = [
  ["top-down", "Top-down", "from the start of the program to what it calls"],
  ["bottom-up", "Bottom-up", "from the functions that take the time to their callers"],
  ["sandwich", "Sandwich", "callers and callees of the focused function, or of the hottest one"],
];
const kOrders: Order[] = ["heaviest first", "by name", "in time"];

export class Toolbar {
  readonly box: HTMLElement;
  readonly choices: Choices = {
    view: "top-down",
    isFlipped: false,
    isAfter: false,
    order: kOrders[0],
    filters: { ...kNoFilters },
  };
  private readonly views: [View, HTMLButtonElement][];

  constructor(
    private readonly island: FlameIsland,
    private readonly used: number[], // languages that a function has
    private readonly lastNs: number, // end of the samples; 0: their time is not known
    private readonly changed: (what: string) => void,
  ) {
    this.views = kViews.map(([view, label, title]) => [
      view,
      button(label, () => this.setView(view), { title, "aria-pressed": String(view === "top-down") }),
    ]);
    const views = element("span", { role: "group", "aria-label": "View", class: "joined" });
    views.append(...this.views.map(([, control]) => control));
    this.box = element("div", { class: "tools" }, views, this.flip(), ...(island.after ? [this.widths()] : []));
    this.box.append(this.orders(), ...this.filters());
  }

  setView(view: View): void {
    this.choices.view = view;
    for (const [name, control] of this.views) control.setAttribute("aria-pressed", String(name === view));
    this.changed(view);
  }

  private flip(): HTMLElement {
    const title = "the root at the bottom, as a flame";
    const control = button(
      "Flipped",
      () => {
        this.choices.isFlipped = !this.choices.isFlipped;
        control.setAttribute("aria-pressed", String(this.choices.isFlipped));
        this.changed("flip");
      },
      { "aria-pressed": "false", title },
    );
    return control;
  }

  private widths(): HTMLElement {
    return choice("Width", ["before", "after"], (index) => {
      this.choices.isAfter = index === 1;
      this.changed("width");
    });
  }

  private orders(): HTMLElement {
    const orders = kOrders.slice(0, this.lastNs > 0 ? 3 : 2);
    return choice("Order", orders, (index) => {
      this.choices.order = orders[index];
      this.changed("order");
    });
  }

  private filters(): HTMLElement[] {
    const { rows, threads, activities, languages } = this.island;
    const out: HTMLElement[] = [];
    const filters = this.choices.filters;
    if (rows && threads.length > 1) {
      out.push(this.filter("Thread", ["all", ...threads], (index) => (filters.thread = index - 1)));
    }
    if (rows && activities.length > 1) {
      const values = [kAllActivities, kOnCpu, kOffCpu, ...activities.keys()];
      const words = ["on and off CPU", "on CPU", "off CPU", ...activities.map((name) => `only ${name}`)];
      out.push(this.filter("Activity", words, (index) => (filters.activity = values[index])));
    }
    if (this.used.length > 1) {
      const words = ["of all languages", ...this.used.map((language) => `of ${languages[language]} alone`)];
      out.push(this.filter("Frames", words, (index) => (filters.language = index > 0 ? this.used[index - 1] : -1)));
    }
    if (this.lastNs > 0) out.push(this.times());
    return out;
  }

  private filter(label: string, options: string[], set: (index: number) => void): HTMLElement {
    return choice(label, options, (index) => {
      set(index);
      this.changed("filter");
    });
  }

  private times(): HTMLElement {
    const last = String(Number((this.lastNs / 1e9).toPrecision(6)));
    const input = (label: string, initial: string) =>
      element("input", { type: "number", min: "0", max: last, step: "any", value: initial, "aria-label": label });
    const from = input("From, seconds", "0");
    const to = input("To, seconds", last);
    const apply = () => {
      const filters = this.choices.filters;
      const within = (value: string, otherwise: string) =>
        String(Math.min(Number(last), Math.max(0, Number(value === "" ? otherwise : value))));
      from.value = within(from.value, "0");
      to.value = within(to.value, last);
      filters.from = Number(from.value) * 1e9;
      filters.to = to.value === last ? Infinity : Number(to.value) * 1e9;
      this.changed("filter");
    };
    from.addEventListener("change", apply);
    to.addEventListener("change", apply);
    return element("span", { role: "group", "aria-label": "Time range" }, "Time ", from, " to ", to, " s");
  }
}
