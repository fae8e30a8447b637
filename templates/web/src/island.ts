// SPDX-License-Identifier: Apache-2.0
// The data of a page: a JSON array of objects, each with an "id" and a "kind", as lib/perfopt/report/island.hpp
// writes it. Columns of whole numbers are LEB128 in base64; columns of deltas carry the sign in the lowest bit.

export interface FlameIsland {
  id: string;
  kind: "flame";
  title: string;
  unit: Unit;
  names: string[];
  places: string[];
  frames: { name: string; place: string; language: string };
  nodes: { parent: string; frame: string; self: string };
  rows: { node: string; thread: string; activity: string; time: string; value: string } | null;
  threads: string[];
  activities: string[];
  languages: string[];
  bucket_ns: number;
  scale?: number; // of every amount, where the largest would not be a whole number of JavaScript
  after?: { self: string };
}

export interface LinesIsland {
  id: string;
  kind: "lines";
  title: string;
  x: { label: string; unit: Unit };
  y: { label: string; unit: Unit; log?: boolean };
  series: { label: string; x: number[]; low: (number | null)[]; high: (number | null)[] }[];
}

export type Unit = "ns" | "s" | "bytes" | "count" | "index" | string;
export type Island = FlameIsland | LinesIsland;

const kCodes = new Uint8Array(128);
for (let i = 0; i < 64; i++) {
  kCodes["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".charCodeAt(i)] = i;
}

// Calls `take(value, index)` for each number; returns how many there are. Numbers up to 2^53.
function eachNumber(text: string, take: (value: number, index: number) => void): number {
  let bits = 0;
  let held = 0;
  let value = 0;
  let scale = 1;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    bits = ((bits << 6) | kCodes[text.charCodeAt(i) & 127]) & 0x3fff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 255;
    value += (byte & 127) * scale;
    if (byte > 127) {
      scale *= 128;
    } else {
      take(value, count++);
      value = 0;
      scale = 1;
    }
  }
  return count;
}

export function unpack(text: string): Float64Array {
  // A number has at least one byte, a byte 4/3 characters.
  const out = new Float64Array((text.length * 3) >> 2);
  return out.subarray(0, eachNumber(text, (value, i) => void (out[i] = value)));
}

export function unpackDeltas(text: string): Float64Array {
  const out = new Float64Array((text.length * 3) >> 2);
  let last = 0;
  const count = eachNumber(text, (value, i) => {
    last += value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    out[i] = last;
  });
  return out.subarray(0, count);
}

export function readIslands(): Map<string, Island> {
  const text = document.getElementById("data")?.textContent ?? "";
  const islands = text.trim() === "" ? [] : (JSON.parse(text) as Island[]);
  return new Map(islands.map((island) => [island.id, island]));
}
