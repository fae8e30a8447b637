// SPDX-License-Identifier: Apache-2.0
// The way from the root to the zoomed box, each step a button. Of a long one the middle is left out.
import { button, element } from "../element";

const kEnds = 4;

export class ZoomPath {
  readonly box: HTMLElement;
  private readonly list = element("ol");
  private readonly reset: HTMLButtonElement;

  constructor(private readonly zoom: (node: number) => void) {
    this.reset = button("Reset zoom", () => zoom(0));
    this.box = element("nav", { class: "path", "aria-label": "Zoomed path" }, this.reset, this.list);
  }

  show(path: { node: number; name: string }[]): void {
    this.reset.disabled = path.length < 2;
    const steps = path.map(({ node, name }) => element("li", {}, button(name, () => this.zoom(node), { title: name })));
    if (steps.length > 2 * kEnds + 1) {
      const left = steps.length - 2 * kEnds;
      steps.splice(kEnds, left, element("li", {}, `\u2026 ${left} more \u2026`));
    }
    steps[steps.length - 1]?.querySelector("button")?.setAttribute("aria-current", "true");
    this.list.replaceChildren(...steps);
    this.list.scrollLeft = this.list.scrollWidth; // where one is counts more than where one came from
  }
}
