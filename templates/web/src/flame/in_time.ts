// SPDX-License-Identifier: Apache-2.0
// The call tree in the order of time: stacks of one thread after another, merged with their neighbours alone.
//
// A box is as wide as its samples, not as the clock: waits that were not sampled take no room. Buckets of time become
// coarser until at most kMostNodes boxes are left; at one bucket it is the merged tree of each thread.
import type { Rows, Stacks } from "./stacks";
import { TreeBuilder, type Tree } from "./tree";

const kMostNodes = 300_000;

function byThreadAndTime(rows: Rows, chosen: Int32Array, buckets: number): Int32Array {
  const { thread, bucket, node } = rows;
  return Int32Array.from(chosen).sort(
    (a, b) =>
      thread[a] - thread[b] ||
      Math.floor(bucket[a] / buckets) - Math.floor(bucket[b] / buckets) ||
      node[a] - node[b],
  );
}

class Timeline {
  readonly built = new TreeBuilder();
  private open: number[] = []; // nodes of the call tree from the root's child to the innermost one
  private made: number[] = []; // the node built for each of them

  constructor(private readonly stacks: Stacks) {
    this.built.add(-1, -1);
  }

  // False when there are too many nodes.
  add(order: Int32Array): boolean {
    const { node, value, thread } = this.stacks.rows!;
    let last = -1;
    for (const i of order) {
      if (thread[i] !== last) this.open = [];
      last = thread[i];
      this.addSample(node[i], value[i]);
      if (this.built.size > kMostNodes) return false;
    }
    return true;
  }

  private addSample(node: number, value: number): void {
    const path: number[] = [];
    for (let at = node; at > 0; at = this.stacks.parent[at]) path.push(at);
    path.reverse();
    let common = 0;
    while (common < path.length && this.open[common] === path[common]) common++;
    this.made.length = common;
    for (let depth = common; depth < path.length; depth++) {
      this.made.push(this.built.add(depth > 0 ? this.made[depth - 1] : 0, this.stacks.frame[path[depth]]));
    }
    this.open = path;
    this.built.addSelf(path.length > 0 ? this.made[path.length - 1] : 0, value, 0);
  }
}

export function inTime(stacks: Stacks, chosen: Int32Array): Tree {
  const last = stacks.rows!.bucket.reduce((most, one) => Math.max(most, one), 0);
  for (let buckets = 1; ; buckets *= 4) {
    const timeline = new Timeline(stacks);
    const order = byThreadAndTime(stacks.rows!, chosen, buckets);
    if (timeline.add(order) || buckets > last) return timeline.built.build(false);
  }
}
