// SPDX-License-Identifier: Apache-2.0
// Where each box of a flame graph stands: left edge and width in the unit of the measure, and its level.
//
// Levels grow away from the root at 0; in a sandwich the callers have negative ones. The boxes of a level stand in
// `order` from left to right, so that what a range of the measure shows is found by bisection.
import type { Tree } from "./tree";

export type Order = "heaviest first" | "by name" | "in time";

export interface Scene {
  parent: Int32Array; // towards level 0; -1 for the root
  frame: Int32Array;
  self: Float64Array;
  total: Float64Array;
  selfAfter: Float64Array | null;
  totalAfter: Float64Array | null;
  x: Float64Array;
  width: Float64Array; // `total`, or `totalAfter` where that one is shown
  level: Int32Array;
  lowest: number; // level, not positive
  levels: number;
  order: Int32Array; // boxes by level, then by x
  rowStart: Int32Array; // of level `lowest` + i in `order`; one more at the end
}

type Compare = (a: number, b: number) => number;

interface Laid {
  tree: Tree;
  width: Float64Array;
  x: Float64Array;
  level: Int32Array;
  order: Int32Array; // by level, then by x
}

// Children of node n: list[start[n] .. start[n + 1]).
function childLists(parent: Int32Array): { start: Int32Array; list: Int32Array } {
  const count = parent.length;
  const start = new Int32Array(count + 1);
  for (let i = 1; i < count; i++) start[parent[i] + 1]++;
  for (let i = 0; i < count; i++) start[i + 1] += start[i];
  const next = start.slice();
  const list = new Int32Array(count - 1);
  for (let i = 1; i < count; i++) list[next[parent[i]]++] = i;
  return { start, list };
}

function lay(tree: Tree, width: Float64Array, compare: Compare | null): Laid {
  const count = tree.parent.length;
  const { start, list } = childLists(tree.parent);
  const x = new Float64Array(count);
  const level = new Int32Array(count);
  const order = new Int32Array(count);
  let end = 1;
  for (let at = 0; at < count; at++) {
    const node = order[at];
    const children = list.subarray(start[node], start[node + 1]);
    if (compare && children.length > 1) children.sort(compare);
    let left = x[node];
    for (const child of children) {
      x[child] = left;
      left += width[child];
      level[child] = level[node] + 1;
      order[end++] = child;
    }
  }
  return { tree, width, x, level, order };
}

function joined<T extends Int32Array | Float64Array>(out: T, callees: T, callers: T, change: (v: number) => number): T {
  out.set(callees);
  for (let i = 1; i < callers.length; i++) out[callees.length + i - 1] = change(callers[i]);
  return out;
}

// Callers above, callees below; both trees have the same root.
function sandwich(callees: Laid, callers: Laid): Laid {
  const offset = callees.x.length - 1;
  const count = callees.x.length + callers.x.length - 1;
  const same = (value: number) => value;
  const floats = (a: Float64Array | null, b: Float64Array | null) =>
    a && b && joined(new Float64Array(count), a, b, same);
  const ints = (a: Int32Array, b: Int32Array, change: (v: number) => number) =>
    joined(new Int32Array(count), a, b, change);
  const [below, above] = [callees.tree, callers.tree];
  const tree: Tree = {
    parent: ints(below.parent, above.parent, (node) => (node > 0 ? node + offset : 0)),
    frame: ints(below.frame, above.frame, same),
    self: floats(below.self, above.self)!,
    total: floats(below.total, above.total)!,
    selfAfter: floats(below.selfAfter, above.selfAfter),
    totalAfter: floats(below.totalAfter, above.totalAfter),
  };
  const level = ints(callees.level, callers.level, (value) => -value);
  const upward = callers.order.slice(1).map((node) => node + offset);
  // Highest level first, and within it from left to right as before.
  const order = new Int32Array(count);
  order.set(upward.sort((a, b) => level[a] - level[b]));
  order.set(callees.order, upward.length);
  return { tree, width: floats(callees.width, callers.width)!, x: floats(callees.x, callers.x)!, level, order };
}

function compareBy(order: Order, tree: Tree, width: Float64Array, names: string[]): Compare | null {
  if (order === "in time") return null;
  if (order === "heaviest first") return (a, b) => width[b] - width[a] || a - b;
  const name = (node: number) => names[tree.frame[node]] ?? "";
  return (a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : a - b);
}

export function sceneOf(tree: Tree, callers: Tree | null, order: Order, isAfter: boolean, names: string[]): Scene {
  const laid = (one: Tree) => {
    const width = isAfter && one.totalAfter ? one.totalAfter : one.total;
    return lay(one, width, compareBy(order, one, width, names));
  };
  const all = callers ? sandwich(laid(tree), laid(callers)) : laid(tree);
  const lowest = all.level[all.order[0]];
  const levels = all.level[all.order[all.order.length - 1]] - lowest + 1;
  const rowStart = new Int32Array(levels + 1);
  for (const node of all.order) rowStart[all.level[node] - lowest + 1]++;
  for (let i = 0; i < levels; i++) rowStart[i + 1] += rowStart[i];
  return { ...all.tree, x: all.x, width: all.width, level: all.level, lowest, levels, order: all.order, rowStart };
}

// What of the measure is shown: of callers (levels below 0) and of the others.
export interface Range {
  from: number;
  to: number;
}

export function rangeOf(scene: Scene, level: number, zoomed: number): Range {
  const isSameSide = level < 0 === scene.level[zoomed] < 0;
  const node = isSameSide ? zoomed : 0;
  return { from: scene.x[node], to: scene.x[node] + scene.width[node] };
}

// Place in `order` of the first box of a level that ends after `value`.
export function firstAfter(scene: Scene, level: number, value: number): number {
  let low = scene.rowStart[level - scene.lowest];
  let high = scene.rowStart[level - scene.lowest + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const node = scene.order[middle];
    if (scene.x[node] + scene.width[node] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The box at a value of a level; -1: none.
export function boxAt(scene: Scene, level: number, value: number): number {
  if (level < scene.lowest || level >= scene.lowest + scene.levels) return -1;
  const at = firstAfter(scene, level, value);
  if (at >= scene.rowStart[level - scene.lowest + 1]) return -1;
  const node = scene.order[at];
  return scene.x[node] <= value && scene.width[node] > 0 ? node : -1;
}
