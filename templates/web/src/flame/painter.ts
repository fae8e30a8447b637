// SPDX-License-Identifier: Apache-2.0
// Paints the rows of a scene that are in sight. Boxes narrower than a pixel share one; nothing else is left out.
import { languageMark, shadesOf, strengthOf, type Palette } from "./palette";
import { firstAfter, rangeOf, type Scene } from "./scene";
import { fittingName, shorterNames } from "./short_name";
import type { Stacks } from "./stacks";

export const kRowPx = 18;
const kTextPx = 11;
const kPadPx = 4;
const kLeastTextPx = 26;
const kLeastLetters = 3;
const kAscii = /^[\x20-\x7e]*$/;

export interface Sight {
  top: number; // [px] of the whole graph
  width: number;
  height: number;
  isFlipped: boolean;
  zoomed: number;
  focused: number; // -1: none
  matches: Uint8Array | null; // by function
}

// Row of a level, counted from the top of the graph.
export function rowOf(scene: Scene, level: number, isFlipped: boolean): number {
  const down = level - scene.lowest;
  return isFlipped ? scene.levels - 1 - down : down;
}

// Change of a box's share of all samples, from before to after.
export function changeOf(scene: Scene, node: number): number {
  const { total, totalAfter } = scene;
  return totalAfter ? totalAfter[node] / (totalAfter[0] || 1) - total[node] / (total[0] || 1) : 0;
}

// "+1.2": a change in points of percent.
export function pointsOf(change: number, places: number): string {
  return `${change < 0 ? "\u2212" : "+"}${Math.abs(change * 100).toFixed(places)}`;
}

interface Job {
  context: CanvasRenderingContext2D;
  scene: Scene;
  sight: Sight;
  palette: Palette;
}

interface Box {
  node: number;
  left: number; // [px]
  top: number;
  width: number;
  isMatch: boolean;
}

function outline({ context }: Job, { left, top, width }: Box, style: string, line: number): void {
  context.strokeStyle = style;
  context.lineWidth = line;
  context.strokeRect(left + line / 2, top + line / 2, Math.max(0, width - line), kRowPx - 1 - line);
}

export class Painter {
  private readonly shades: Uint8Array;
  private readonly shorter: string[][] = []; // by function, made when first needed
  private readonly isPlain: boolean[]; // every character as wide as the others
  private characterPx = 7;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly stacks: Stacks,
    private readonly languages: string[],
    private readonly surePoints = 0, // by which a box with 10 % must differ to be more than noise
  ) {
    this.shades = shadesOf(stacks.names);
    this.isPlain = stacks.names.map((name) => kAscii.test(name));
  }

  paint(scene: Scene, sight: Sight, palette: Palette): void {
    const context = this.prepare(sight, palette);
    if (!context || !(scene.width[0] > 0)) return;
    const first = Math.floor(sight.top / kRowPx);
    const last = Math.min(Math.floor((sight.top + sight.height) / kRowPx), scene.levels - 1);
    for (let row = first; row <= last; row++) {
      const level = scene.lowest + (sight.isFlipped ? scene.levels - 1 - row : row);
      this.paintRow({ context, scene, sight, palette }, level, row * kRowPx - sight.top);
    }
  }

  private prepare(sight: Sight, palette: Palette): CanvasRenderingContext2D | null {
    const scale = devicePixelRatio || 1;
    const width = Math.round(sight.width * scale);
    const height = Math.round(sight.height * scale);
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context) return null;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = palette.back;
    context.fillRect(0, 0, sight.width, sight.height);
    context.font = `${kTextPx}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace`;
    context.textBaseline = "middle";
    context.direction = "ltr";
    this.characterPx = context.measureText("mmmmmmmmmm").width / 10;
    return context;
  }

  private paintRow(job: Job, level: number, top: number): void {
    const { context, scene, sight, palette } = job;
    const { from, to } = rangeOf(scene, level, sight.zoomed);
    const scale = sight.width / (to - from);
    const end = scene.rowStart[level - scene.lowest + 1];
    let painted = -1; // the last pixel column that a tiny box took
    for (let at = firstAfter(scene, level, from); at < end; at++) {
      const node = scene.order[at];
      if (scene.x[node] >= to) break;
      const left = Math.max(0, (scene.x[node] - from) * scale);
      const width = Math.min(sight.width, (scene.x[node] + scene.width[node] - from) * scale) - left;
      const isMatch = sight.matches !== null && sight.matches[scene.frame[node]] > 0;
      if (width >= 1) {
        this.paintBox(job, { node, left, top, width: width > 3 ? width - 1 : width, isMatch });
      } else if (isMatch || Math.floor(left) !== painted) {
        painted = Math.floor(left);
        context.fillStyle = isMatch ? palette.found : this.fillOf(scene, node, palette);
        context.fillRect(painted, top, 1, kRowPx - 1);
      }
    }
  }

  private paintBox(job: Job, box: Box): void {
    const { context, scene, sight, palette } = job;
    const { node, left, top, width, isMatch } = box;
    context.fillStyle = isMatch ? palette.found : this.fillOf(scene, node, palette);
    context.fillRect(left, top, width, kRowPx - 1);
    if (width > 3) {
      if (scene.totalAfter) outline(job, box, palette.line, 0.5);
      if (isMatch) outline(job, box, palette.text, 1);
    }
    if (node === sight.focused) outline(job, box, palette.text, 2);
    if (width < kLeastTextPx) return;
    context.fillStyle = isMatch || scene.totalAfter === null ? palette.ink : palette.text;
    this.write(job, box);
  }

  private write({ context, scene }: Job, { node, left, top, width }: Box): void {
    const room = width - 2 * kPadPx;
    const frame = scene.frame[node];
    const text = this.labelOf(scene, node, Math.floor(room / this.characterPx));
    const isPlain = this.isPlain[frame] ?? true;
    context.fillText(text, left + kPadPx, top + kRowPx / 2, isPlain ? undefined : room);
  }

  private fillOf(scene: Scene, node: number, palette: Palette): string {
    const frame = scene.frame[node];
    if (scene.totalAfter) {
      const strength = this.strengthAt(scene, node);
      if (strength < 0) return palette.equal;
      return changeOf(scene, node) > 0 ? palette.grew[strength] : palette.shrank[strength];
    }
    const shades = palette.shades[this.stacks.languages[frame]];
    return shades?.[this.shades[frame]] ?? palette.other;
  }

  // Sign and name; the sign alone where there is no room for both, since it tells more.
  private labelOf(scene: Scene, node: number, letters: number): string {
    const frame = scene.frame[node];
    const sign = this.signOf(scene, node);
    const left = letters - sign.length;
    if (left < kLeastLetters && sign !== "") return letters + 1 < sign.length ? "" : sign;
    if (frame < 0) return sign + fittingName(["all"], left);
    return sign + fittingName((this.shorter[frame] ??= shorterNames(this.stacks.names[frame])), left);
  }

  // The change in points, or the mark of the language.
  private signOf(scene: Scene, node: number): string {
    const frame = scene.frame[node];
    if (!scene.totalAfter) return frame < 0 ? "" : languageMark(this.languages[this.stacks.languages[frame]]);
    return this.strengthAt(scene, node) < 0 ? "" : `${pointsOf(changeOf(scene, node), 1)} `;
  }

  // -1: no change to speak of, or one that noise explains, which grows as the spread of a share does.
  private strengthAt(scene: Scene, node: number): number {
    const change = changeOf(scene, node);
    const mean = scene.total[node] / (scene.total[0] || 1) + change / 2;
    const sure = (this.surePoints / 100) * Math.sqrt(Math.max(0, mean * (1 - mean)) / 0.09);
    return Math.abs(change) < sure ? -1 : strengthOf(change);
  }
}
