// SPDX-License-Identifier: Apache-2.0
// A call tree from its ends: each function with its callers below it.
//
// A group is one node of the result: the nodes of the call tree that it stands for, with the samples that come from
// each. Only groups of at least kSmallestShare of the total are expanded; the others keep their samples as their own,
// so that the totals are those of the call tree. (Expanding all of them made 3.9 million nodes of 200,000.)
import { TreeBuilder, type Tree } from "./tree";

const kSmallestShare = 0.0002;

// What a group stands for: parallel columns.
interface Entries {
  node: number[];
  before: number[];
  after: number[];
}

interface Group {
  node: number; // of the result
  entries: Entries;
}

function noEntries(): Entries {
  return { node: [], before: [], after: [] };
}

function add(entries: Entries, node: number, before: number, after: number): void {
  entries.node.push(node);
  entries.before.push(before);
  entries.after.push(after);
}

function sum(values: number[]): number {
  let out = 0;
  for (const value of values) out += value;
  return out;
}

class Inversion {
  private readonly built = new TreeBuilder();
  private readonly queue: Group[] = [];
  // Where a call tree's node stands in the entries of the group being expanded.
  private readonly slot: Int32Array;
  private readonly smallest: number;
  private readonly smallestAfter: number;

  constructor(private readonly tree: Tree) {
    this.slot = new Int32Array(tree.parent.length).fill(-1);
    this.smallest = tree.total[0] * kSmallestShare;
    this.smallestAfter = (tree.totalAfter?.[0] ?? Infinity) * kSmallestShare;
  }

  run(rootFrame: number, entries: Entries): Tree {
    this.built.add(-1, rootFrame);
    if (rootFrame < 0) this.spread(0, entries);
    else this.place({ node: 0, entries });
    for (let group = this.queue.pop(); group; group = this.queue.pop()) this.expand(group);
    return this.built.build(this.tree.selfAfter !== null);
  }

  // One child of `node` for each function among the entries.
  private spread(node: number, entries: Entries): void {
    const groups = new Map<number, Entries>();
    for (let i = 0; i < entries.node.length; i++) {
      const at = entries.node[i];
      const frame = this.tree.frame[at];
      let group = groups.get(frame);
      if (!group) groups.set(frame, (group = noEntries()));
      add(group, at, entries.before[i], entries.after[i]);
    }
    for (const [frame, group] of groups) this.place({ node: this.built.add(node, frame), entries: group });
  }

  private place(group: Group): void {
    const before = sum(group.entries.before);
    const after = sum(group.entries.after);
    if (before >= this.smallest || after >= this.smallestAfter) this.queue.push(group);
    else this.built.addSelf(group.node, before, after);
  }

  private expand({ node, entries }: Group): void {
    const { parent } = this.tree;
    const callers = noEntries();
    for (let i = 0; i < entries.node.length; i++) {
      const caller = parent[entries.node[i]];
      if (caller <= 0) {
        this.built.addSelf(node, entries.before[i], entries.after[i]);
      } else if (this.slot[caller] >= 0) {
        callers.before[this.slot[caller]] += entries.before[i];
        callers.after[this.slot[caller]] += entries.after[i];
      } else {
        this.slot[caller] = callers.node.length;
        add(callers, caller, entries.before[i], entries.after[i]);
      }
    }
    for (const caller of callers.node) this.slot[caller] = -1;
    this.spread(node, callers);
  }
}

// Functions by their own samples, their callers below them.
export function bottomUp(tree: Tree): Tree {
  const entries = noEntries();
  const after = tree.selfAfter;
  // Samples of the root have no function and stay its own.
  for (let i = 1; i < tree.self.length; i++) {
    if (tree.self[i] > 0 || (after && after[i] > 0)) add(entries, i, tree.self[i], after?.[i] ?? 0);
  }
  const out = new Inversion(tree).run(-1, entries);
  out.self[0] += tree.self[0];
  out.total[0] += tree.self[0];
  if (after) {
    out.selfAfter![0] += after[0];
    out.totalAfter![0] += after[0];
  }
  return out;
}

// Calls of a function that are not within another call of it.
function outermost(tree: Tree, frame: number): number[] {
  const within = new Uint8Array(tree.parent.length);
  const found = [];
  for (let i = 1; i < within.length; i++) {
    const outer = within[tree.parent[i]];
    if (tree.frame[i] === frame && !outer) found.push(i);
    within[i] = tree.frame[i] === frame || outer ? 1 : 0;
  }
  return found;
}

// Who calls a function: the root is the function, its total the time within it, counted once in a recursion.
export function callersOf(tree: Tree, frame: number): Tree {
  const entries = noEntries();
  for (const node of outermost(tree, frame)) add(entries, node, tree.total[node], tree.totalAfter?.[node] ?? 0);
  return new Inversion(tree).run(frame, entries);
}

// What a function calls: the root is the function.
export function calleesOf(tree: Tree, frame: number): Tree {
  const built = new TreeBuilder();
  const frames = tree.frame.reduce((most, one) => Math.max(most, one), 0) + 1;
  const place = new Int32Array(tree.parent.length).fill(-1);
  const merged = new Map<number, number>();
  built.add(-1, frame);
  for (const node of outermost(tree, frame)) place[node] = 0;
  for (let i = 1; i < place.length; i++) {
    const caller = place[tree.parent[i]];
    if (place[i] < 0 && caller >= 0) {
      const key = caller * frames + tree.frame[i];
      const node = merged.get(key) ?? built.add(caller, tree.frame[i]);
      merged.set(key, node);
      place[i] = node;
    }
    if (place[i] >= 0) built.addSelf(place[i], tree.self[i], tree.selfAfter?.[i] ?? 0);
  }
  return built.build(tree.selfAfter !== null);
}
