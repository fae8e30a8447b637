// SPDX-License-Identifier: Apache-2.0
// The data of a page: a JSON array of objects, each with an "id" and a "kind", as lib/perfopt/report/island.hpp
// writes it. Columns of whole numbers are LEB128 in base64; columns of deltas carry the sign in the lowest bit. What
// begins with `~` is deflated (zlib's frame), other values as their JSON.

export interface FlameIsland {
  id: string;
  kind: "flame";
  title: string;
  unit: Unit;
  names: Packed<string[]>;
  places: Packed<string[]>;
  frames: { name: string; place: string; language: string };
  nodes: { parent: string; frame: string; self?: string }; // without it, the rows tell it
  rows: { node: string; thread: string; activity: string; time: string; value: string } | null;
  threads: string[];
  activities: string[];
  languages: string[];
  bucket_ns: number;
  scale?: number; // of every amount, where the largest would not be a whole number of JavaScript
  after?: { self: string };
  sure_points?: number; // lib/perfopt/report/flame_island.hpp says what it is
}

// lib/perfopt/report/line_buckets.hpp says what each is.
export interface LinesIsland {
  id: string;
  kind: "lines";
  title: string;
  x: { label: string; unit: Unit; names?: string[] };
  y: { label: string; unit: Unit; log?: boolean; from_zero?: boolean };
  series: Packed<LinesSeries[]>;
  marks?: { x: number; text: string }[];
}

export interface LinesSeries {
  label: string;
  x: number[];
  low: (number | null)[];
  high: (number | null)[];
  band_low?: (number | null)[];
  band_high?: (number | null)[];
}

export type Packed<T> = T | string; // the value itself, or deflated

export type Unit = "ns" | "s" | "bytes" | "count" | "index" | string;
export type Island = FlameIsland | LinesIsland;

// Throws where this browser cannot inflate, or the data are broken.
async function bytesOf(text: string): Promise<Uint8Array> {
  const isDeflated = text[0] === "~";
  const binary = atob(isDeflated ? text.slice(1) : text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  if (!isDeflated) return bytes;
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter(); // half the time of a Blob's stream
  const inflated = new Response(readable).arrayBuffer();
  return new Uint8Array((await Promise.all([inflated, writer.write(bytes), writer.close()]))[0]);
}

// Numbers up to 2^53.
export async function unpack(text: string): Promise<Float64Array> {
  const bytes = await bytesOf(text);
  const out = new Float64Array(bytes.length); // a number has at least one byte
  let count = 0;
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 127) * scale;
    if (byte > 127) {
      scale *= 128;
    } else {
      out[count++] = value;
      value = 0;
      scale = 1;
    }
  }
  return out.subarray(0, count);
}

export async function unpackDeltas(text: string): Promise<Float64Array> {
  let last = 0;
  return (await unpack(text)).map((value) => (last += value % 2 === 0 ? value / 2 : -(value + 1) / 2));
}

export async function unpackJson<T extends object>(value: Packed<T>): Promise<T> {
  return typeof value === "string" ? JSON.parse(new TextDecoder().decode(await bytesOf(value))) : value;
}

export function readIslands(): Map<string, Island> {
  const text = document.getElementById("data")?.textContent ?? "";
  const islands = text.trim() === "" ? [] : (JSON.parse(text) as Island[]);
  return new Map(islands.map((island) => [island.id, island]));
}
