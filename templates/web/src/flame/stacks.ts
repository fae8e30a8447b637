// SPDX-License-Identifier: Apache-2.0
// The merged call tree of a profile as columns: node 0 is the root, children come after their parent.
//
// Weights are what of each node's own samples (`self`) counts under the reader's filters; their sum is the total that
// every view of the tree must keep.
import { unpack, unpackDeltas, unpackJson, type FlameIsland } from "../island";

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

async function decodeRows(island: FlameIsland): Promise<Rows | null> {
  const rows = island.rows;
  if (!rows) return null;
  const [node, thread, activity, bucket, value] = await Promise.all([
    unpackDeltas(rows.node),
    unpack(rows.thread),
    unpack(rows.activity),
    unpackDeltas(rows.time),
    amounts(island, rows.value),
  ]);
  return { node, thread, activity, bucket, value };
}

async function amounts({ scale = 1 }: FlameIsland, text: string): Promise<Float64Array> {
  return (await unpack(text)).map((value) => value * scale);
}

// Of each node, the root's before those that are told.
function selfOf(count: number, told: Float64Array | null, rows: Rows | null): Float64Array {
  const self = new Float64Array(count);
  if (told) self.set(told.subarray(0, count - 1), 1);
  else rows?.node.forEach((node, i) => (self[node] += rows.value[i]));
  return self;
}

export async function decodeStacks(island: FlameIsland): Promise<Stacks> {
  const { frames, nodes, after } = island;
  const [names, places, nameOf, placeOf, language, distance, called, self, selfAfter, rows] = await Promise.all([
    unpackJson(island.names),
    unpackJson(island.places),
    unpackDeltas(frames.name),
    unpackDeltas(frames.place),
    unpack(frames.language),
    unpack(nodes.parent),
    unpack(nodes.frame),
    nodes.self === undefined ? null : amounts(island, nodes.self),
    after ? amounts(island, after.self) : null,
    decodeRows(island),
  ]);
  const count = distance.length + 1;
  const parent = new Int32Array(count).fill(-1);
  const frame = new Int32Array(count).fill(-1);
  for (let i = 1; i < count; i++) {
    parent[i] = i - distance[i - 1];
    frame[i] = called[i - 1];
    if (parent[i] < 0 || parent[i] >= i || frame[i] >= nameOf.length) throw new Error(`node ${i} is out of order`);
  }
  return {
    names: Array.from(nameOf, (i) => names[i] || "(unknown)"),
    places: Array.from(placeOf, (i) => places[i] ?? ""),
    languages: Uint8Array.from(language),
    parent,
    frame,
    weights: { self: selfOf(count, self, rows), after: selfAfter && selfOf(count, selfAfter, null) },
    rows,
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
