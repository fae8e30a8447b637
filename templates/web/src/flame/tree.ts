// SPDX-License-Identifier: Apache-2.0
// A tree ready to be laid out, whatever the view: node 0 is the root, children come after their parent.
import type { Weights } from "./stacks";

export interface Tree {
  parent: Int32Array; // -1 for the root
  frame: Int32Array; // function; -1 for a root that is none
  self: Float64Array;
  total: Float64Array;
  selfAfter: Float64Array | null; // of the second profile of a comparison
  totalAfter: Float64Array | null;
}

// A tree that grows while it is built.
export class TreeBuilder {
  private readonly parents: number[] = [];
  private readonly frames: number[] = [];
  private readonly selves: number[] = [];
  private readonly selvesAfter: number[] = [];

  get size(): number {
    return this.parents.length;
  }

  add(parent: number, frame: number): number {
    this.selves.push(0);
    this.selvesAfter.push(0);
    this.frames.push(frame);
    return this.parents.push(parent) - 1;
  }

  frameOf(node: number): number {
    return this.frames[node];
  }

  addSelf(node: number, before: number, after: number): void {
    this.selves[node] += before;
    this.selvesAfter[node] += after;
  }

  build(hasAfter: boolean): Tree {
    const weights = {
      self: Float64Array.from(this.selves),
      after: hasAfter ? Float64Array.from(this.selvesAfter) : null,
    };
    return treeOf(Int32Array.from(this.parents), Int32Array.from(this.frames), weights);
  }
}

function totals(parent: Int32Array, self: Float64Array): Float64Array {
  const total = Float64Array.from(self);
  for (let i = parent.length - 1; i > 0; i--) total[parent[i]] += total[i];
  return total;
}

export function treeOf(parent: Int32Array, frame: Int32Array, weights: Weights): Tree {
  const { self, after } = weights;
  return {
    parent,
    frame,
    self,
    total: totals(parent, self),
    selfAfter: after,
    totalAfter: after && totals(parent, after),
  };
}

// The tree with the frames of one language alone: the samples of a hidden frame belong to its nearest shown caller, so
// that the total stays. Calls that become equal are merged; in an order of time only those beside each other.
export function onlyLanguage(tree: Tree, languages: Uint8Array, language: number, isInTime: boolean): Tree {
  const built = new TreeBuilder();
  const frames = languages.length + 1;
  const place = new Int32Array(tree.parent.length);
  const merged = new Map<number, number>();
  built.add(-1, tree.frame[0]);
  for (let i = 1; i < place.length; i++) {
    const caller = place[tree.parent[i]];
    const frame = tree.frame[i];
    let node = caller;
    if (languages[frame] === language) {
      const key = isInTime ? caller : caller * frames + frame;
      const last = merged.get(key);
      node = last !== undefined && built.frameOf(last) === frame ? last : built.add(caller, frame);
      merged.set(key, node);
    }
    place[i] = node;
  }
  for (let i = 0; i < place.length; i++) built.addSelf(place[i], tree.self[i], tree.selfAfter?.[i] ?? 0);
  return built.build(tree.selfAfter !== null);
}

// Without what weighs nothing before and after: filters leave most of a tree empty.
export function withoutEmpty(tree: Tree): Tree {
  const count = tree.parent.length;
  const isKept = (i: number) => i === 0 || tree.total[i] > 0 || (tree.totalAfter?.[i] ?? 0) > 0;
  const place = new Int32Array(count).fill(-1);
  let kept = 0;
  for (let i = 0; i < count; i++) if (isKept(i)) place[i] = kept++;
  if (kept === count) return tree;
  const parent = new Int32Array(kept).fill(-1);
  for (let i = 1; i < count; i++) if (place[i] >= 0) parent[place[i]] = place[tree.parent[i]];
  const pick = <T extends Int32Array | Float64Array>(column: T, out: T): T => {
    for (let i = 0; i < count; i++) if (place[i] >= 0) out[place[i]] = column[i];
    return out;
  };
  const floats = (column: Float64Array | null) => column && pick(column, new Float64Array(kept));
  return {
    parent,
    frame: pick(tree.frame, new Int32Array(kept)),
    self: floats(tree.self)!,
    total: floats(tree.total)!,
    selfAfter: floats(tree.selfAfter),
    totalAfter: floats(tree.totalAfter),
  };
}
