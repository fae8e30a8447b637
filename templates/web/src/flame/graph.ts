// SPDX-License-Identifier: Apache-2.0
// The canvas of a flame graph with what a reader does in it: point, click, scroll, walk with the keys.
//
// Only the rows in sight are painted: the canvas stays where it is while a taller element scrolls behind it, and how
// many rows are out of sight stands in its corner. Only what has the focus scrolls, so that a wheel that comes by moves
// the page. Nothing moves by itself. What the keyboard stands on, or a finger tapped, is told in a line of its own, which
// a screen reader speaks; beside a mouse it stands at the pointer.
import { element } from "../element";
import { boxAt, rangeOf, type Scene } from "./scene";
import { kRowPx, rowOf, type Painter } from "./painter";
import type { Palette } from "./palette";

const kRowsAboveZoomed = 3;

export interface GraphEvents {
  describe: (node: number) => string[]; // lines: the name first
  zoomed: (node: number) => void;
  focused: (node: number, isTapped: boolean) => void;
  key: (key: string) => boolean; // what the graph itself does not know; true: done
}

export class Graph {
  readonly frame: HTMLElement; // of all that stands here
  readonly stage: HTMLElement; // what has the focus
  private readonly canvas = element("canvas", { "aria-hidden": "true" });
  private readonly ground = element("div", { class: "ground" }, this.canvas);
  private readonly tip = element("div", { class: "tip", role: "tooltip", hidden: true });
  private readonly beyond = element("div", { class: "beyond", "aria-hidden": "true" });
  private scene: Scene | null = null;
  private painter: Painter | null = null;
  private isFlipped = false;
  private matches: Uint8Array | null = null;
  private isAsked = false;
  private isTouched = false; // by a finger, which hides what it points at
  private pointed = -1;
  private size = { width: 0, height: 0 };
  zoomed = 0;
  focused = -1;

  constructor(
    label: string,
    private palette: Palette,
    private readonly events: GraphEvents,
  ) {
    const attributes = { class: "stage", tabindex: "0", role: "application", "aria-label": label };
    this.stage = element("div", attributes, this.ground);
    this.frame = element("div", { class: "frame" }, this.stage, this.beyond, this.tip);
    this.stage.addEventListener("scroll", () => this.draw(), { passive: true });
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("focus", () => {
      if (this.focused < 0 && this.scene) this.focus(this.zoomed);
    });
    this.canvas.addEventListener("pointerdown", (event) => (this.isTouched = event.pointerType === "touch"));
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.hideTip());
    this.canvas.addEventListener("click", (event) => this.click(this.under(event)));
    addEventListener("scroll", () => this.hideTip(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(this.stage);
  }

  get canvasElement(): HTMLCanvasElement {
    return this.canvas;
  }

  paintWith(painter: Painter): void {
    this.painter = painter;
  }

  // Another graph; what was zoomed and focused before means nothing in it.
  show(scene: Scene, isFlipped: boolean): void {
    this.scene = scene;
    this.isFlipped = isFlipped;
    this.focused = -1;
    this.pointed = -1;
    this.hideTip();
    this.ground.style.height = `${Math.max(1, scene.levels) * kRowPx}px`;
    this.stage.dataset.total = String(scene.width[0]);
    this.zoom(0);
  }

  recolour(palette: Palette): void {
    this.palette = palette;
    this.draw();
  }

  mark(matches: Uint8Array | null): void {
    this.matches = matches;
    this.draw();
  }

  zoom(node: number): void {
    this.zoomed = node;
    const row = rowOf(this.scene!, this.scene!.level[node], this.isFlipped);
    const rows = this.stage.clientHeight / kRowPx;
    let above = this.isFlipped ? rows - 1 - kRowsAboveZoomed : kRowsAboveZoomed;
    if (this.scene!.lowest < 0) above = rows / 2; // callers above, callees below
    this.stage.scrollTop = (row - above) * kRowPx;
    this.events.zoomed(node);
    this.draw();
  }

  focus(node: number, isTapped = false): void {
    this.focused = node;
    const { from, to } = rangeOf(this.scene!, this.scene!.level[node], this.zoomed);
    const isSeen = this.scene!.x[node] < to && this.scene!.x[node] + this.scene!.width[node] > from;
    if (!isSeen) this.zoom(this.scene!.parent[node]);
    const top = rowOf(this.scene!, this.scene!.level[node], this.isFlipped) * kRowPx;
    const { scrollTop, clientHeight } = this.stage;
    if (top < scrollTop) this.stage.scrollTop = top - kRowPx;
    if (top + kRowPx > scrollTop + clientHeight) this.stage.scrollTop = top + 2 * kRowPx - clientHeight;
    this.events.focused(node, isTapped);
    this.draw();
  }

  // Once before the next picture, however often it is asked for.
  draw(): void {
    this.hideTip(); // it told of what was there
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => {
      this.isAsked = false;
      this.paint();
    });
  }

  private paint(): void {
    const width = this.stage.clientWidth;
    const height = this.stage.clientHeight;
    if (!this.scene || !this.painter || width === 0 || height === 0) return;
    if (width !== this.size.width || height !== this.size.height) {
      this.size = { width, height };
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const { zoomed, focused, matches, isFlipped } = this;
    const sight = { top: this.stage.scrollTop, width, height, isFlipped, zoomed, focused, matches };
    this.painter.paint(this.scene, sight, this.palette);
    this.tellBeyond(height);
  }

  private tellBeyond(height: number): void {
    const top = this.stage.scrollTop;
    const above = Math.round(top / kRowPx);
    const below = this.scene!.levels - Math.round((top + height) / kRowPx);
    const words = [above > 0 ? `\u25b2 ${above}` : "", below > 0 ? `\u25bc ${below}` : ""].filter(Boolean);
    let text = words.length > 0 ? `${words.join(" ")} rows` : "";
    if (!(this.scene!.width[0] > 0)) text = "no sample passes these filters";
    if (this.beyond.textContent !== text) this.beyond.textContent = text;
  }

  private hideTip(): void {
    this.tip.hidden = true;
  }

  // The first tap shows what a box is, the second one zooms.
  private click(node: number): void {
    if (node < 0) return;
    if (this.isTouched && node !== this.focused) this.focus(node, true);
    else this.zoom(node);
  }

  private under(event: MouseEvent): number {
    if (!this.scene) return -1;
    const row = Math.floor((event.offsetY + this.stage.scrollTop) / kRowPx);
    const down = this.isFlipped ? this.scene.levels - 1 - row : row;
    const level = this.scene.lowest + down;
    const { from, to } = rangeOf(this.scene, level, this.zoomed);
    return boxAt(this.scene, level, from + (event.offsetX / this.stage.clientWidth) * (to - from));
  }

  private point(event: PointerEvent): void {
    const node = event.pointerType === "touch" ? -1 : this.under(event);
    this.tip.hidden = node < 0;
    if (node < 0) return;
    if (node !== this.pointed) {
      this.pointed = node;
      this.tip.replaceChildren(...this.events.describe(node).map((line) => element("div", {}, line)));
    }
    const { width, height } = this.tip.getBoundingClientRect();
    const x = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 4));
    const below = event.clientY + kRowPx;
    const y = below + height > innerHeight ? event.clientY - height - kRowPx : below;
    this.tip.style.transform = `translate(${x}px, ${y}px)`;
  }

  // The box beside in the same row.
  private beside(step: number): number {
    const { order, rowStart, level, lowest, width } = this.scene!;
    const row = level[this.focused] - lowest;
    let at = order.indexOf(this.focused, rowStart[row]) + step;
    while (at >= rowStart[row] && at < rowStart[row + 1] && width[order[at]] <= 0) at += step;
    return at >= rowStart[row] && at < rowStart[row + 1] ? order[at] : -1;
  }

  // The widest box that stands on this one, on the side of `outward` levels.
  private outward(step: number): number {
    const { order, rowStart, level, lowest, parent, width } = this.scene!;
    const row = level[this.focused] + step - lowest;
    if (row < 0 || row >= this.scene!.levels) return -1;
    let widest = -1;
    for (const node of order.subarray(rowStart[row], rowStart[row + 1])) {
      if (parent[node] === this.focused && width[node] > 0 && (widest < 0 || width[node] > width[widest])) {
        widest = node;
      }
    }
    return widest;
  }

  private neighbour(key: string): number {
    if (key === "ArrowLeft") return this.beside(-1);
    if (key === "ArrowRight") return this.beside(1);
    const level = this.scene!.level[this.focused];
    const step = (key === "ArrowDown") !== this.isFlipped ? 1 : -1;
    const isInward = level > 0 ? step < 0 : level < 0 && step > 0;
    return isInward ? this.scene!.parent[this.focused] : this.outward(step);
  }

  private key(event: KeyboardEvent): void {
    if (!this.scene || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.focused < 0) this.focused = this.zoomed;
    let isDone = true;
    if (event.key.startsWith("Arrow")) {
      const node = this.neighbour(event.key);
      if (node >= 0) this.focus(node);
    } else if (event.key === "Home") {
      this.focus(0);
    } else if (event.key === "Enter" || event.key === " ") {
      const node = this.focused;
      this.zoom(node);
      this.focus(node);
    } else {
      isDone = this.events.key(event.key);
    }
    if (isDone) event.preventDefault();
  }
}
