// SPDX-License-Identifier: Apache-2.0
// Search of a flame graph: a regular expression, the share that it finds, and a walk through the boxes found.
import { button, element } from "../element";

export class SearchBox {
  readonly box: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly result = element("span", { role: "status", class: "found" });

  constructor(
    private readonly search: (pattern: string) => void,
    walk: (step: number) => void,
    leave: () => void,
  ) {
    this.input = element("input", {
      type: "search",
      placeholder: "regular expression, press /",
      spellcheck: "false",
      autocomplete: "off",
    });
    this.input.addEventListener("input", () => this.search(this.input.value));
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") walk(event.shiftKey ? -1 : 1);
      if (event.key !== "Escape") return;
      this.input.value = "";
      this.search("");
      leave();
    });
    this.box = element(
      "div",
      { class: "tools", role: "search" },
      element("label", {}, "Search ", this.input),
      button("Previous", () => walk(-1), { title: "the found box before (N in the graph)" }),
      button("Next", () => walk(1), { title: "the next found box (n in the graph)" }),
      this.result,
    );
  }

  focus(): void {
    this.input.focus();
  }

  tell(words: string, isWrong = false): void {
    this.result.textContent = words;
    this.input.setAttribute("aria-invalid", String(isWrong));
  }
}
