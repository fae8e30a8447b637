// SPDX-License-Identifier: Apache-2.0
// The merged call tree of a profile as columns: node 0 is the root, children come after their parent.
//
// Weights are what of each node's own samples (`self`) counts under the reader's filters; their sum is the total that
// every view of the tree must keep.
import { unpack, unpackDeltas, type FlameIsland } from "../island";

// Columns of samples by node, thread, activity and time; `bucket` counts buckets of `bucketNs`.
export interface Rows {
  node: Float64Array;
  thread: Float64Array;
  activity: Float64Array;
  bucket: Float64Array;
  value: Float64Array;
}

export interface Filters {
  thread: number; // index; -1: all
  activity: number; // index; kAllActivities, kOnCpu, kOffCpu
  from: number; // [ns], included
  to: number; // [ns], not included; Infinity: to the end
  language: number; // only frames of this one are shown; -1: all
}

export const kAllActivities = -1;
export const kOnCpu = -2;
export const kOffCpu = -3;
export const kNoFilters: Filters = { thread: -1, activity: kAllActivities, from: 0, to: Infinity, language: -1 };

export interface Weights {
  self: Float64Array;
  after: Float64Array | null;
}

export interface Stacks {
  names: string[]; // of functions
  places: string[];
  languages: Uint8Array; // of functions, index into the island's languages
  parent: Int32Array; // -1 for the root
  frame: Int32Array; // function; -1 for the root
  weights: Weights; // without filters
  rows: Rows | null;
  bucketNs: number;
}

export function decodeStacks(island: FlameIsland): Stacks {
  const nameOf = unpack(island.frames.name);
  const placeOf = unpack(island.frames.place);
  const distance = unpack(island.nodes.parent);
  const frames = unpack(island.nodes.frame);
  const count = distance.length + 1;
  const parent = new Int32Array(count).fill(-1);
  const frame = new Int32Array(count).fill(-1);
  for (let i = 1; i < count; i++) {
    parent[i] = i - distance[i - 1];
    frame[i] = frames[i - 1];
    if (parent[i] < 0 || parent[i] >= i || frame[i] >= nameOf.length) throw new Error(`node ${i} is out of order`);
  }
  const amounts = (text: string) => unpack(text).map((value) => value * (island.scale ?? 1));
  const withRoot = (text: string) => {
    const out = new Float64Array(count);
    out.set(amounts(text).subarray(0, count - 1), 1);
    return out;
  };
  const rows = island.rows;
  return {
    names: Array.from(nameOf, (i) => island.names[i] || "(unknown)"),
    places: Array.from(placeOf, (i) => island.places[i] ?? ""),
    languages: Uint8Array.from(unpack(island.frames.language)),
    parent,
    frame,
    weights: { self: withRoot(island.nodes.self), after: island.after ? withRoot(island.after.self) : null },
    rows: rows && {
      node: unpackDeltas(rows.node),
      thread: unpack(rows.thread),
      activity: unpack(rows.activity),
      bucket: unpackDeltas(rows.time),
      value: amounts(rows.value),
    },
    bucketNs: island.bucket_ns,
  };
}

// Indices of the rows that a filter lets through; `running` is the index of that activity.
export function passingRows(stacks: Stacks, filters: Filters, running: number): Int32Array {
  const { thread, activity, bucket, value } = stacks.rows!;
  const out = new Int32Array(value.length);
  let count = 0;
  for (let i = 0; i < value.length; i++) {
    if (filters.thread >= 0 && thread[i] !== filters.thread) continue;
    if (filters.activity >= 0 && activity[i] !== filters.activity) continue;
    if (filters.activity === kOnCpu && activity[i] !== running) continue;
    if (filters.activity === kOffCpu && activity[i] === running) continue;
    const time = bucket[i] * stacks.bucketNs;
    if (time < filters.from || time >= filters.to) continue;
    out[count++] = i;
  }
  return out.subarray(0, count);
}

// Samples by thread, activity and time are known of one profile only, so that a comparison is never filtered by them.
export function weightsUnder(stacks: Stacks, filters: Filters, running: number): Weights {
  const all = filters.thread < 0 && filters.activity === kAllActivities && filters.from <= 0 && filters.to === Infinity;
  if (all || !stacks.rows) return stacks.weights;
  const self = new Float64Array(stacks.parent.length);
  const { node, value } = stacks.rows;
  for (const i of passingRows(stacks, filters, running)) self[node[i]] += value[i];
  return { self, after: null };
}
