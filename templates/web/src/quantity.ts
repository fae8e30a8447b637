// SPDX-License-Identifier: Apache-2.0
// Numbers with their units, as people read them.
import type { Unit } from "./island";

const kTimes: [number, string][] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "us"],
  [1, "ns"],
];
const kBytes: [number, string][] = [
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
  [1, "B"],
];
const kCounts: [number, string][] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e4, "K"],
];

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return value.toExponential(2);
  const places = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return size > 0 && size < 0.01 ? value.toPrecision(2) : value.toFixed(places);
}

export function quantity(value: number, unit: Unit): string {
  if (unit === "index") return value.toLocaleString("en");
  const inUnit = unit === "s" ? value * 1e9 : value;
  const scales = unit === "ns" || unit === "s" ? kTimes : unit === "bytes" ? kBytes : kCounts;
  const space = scales === kCounts ? "" : " ";
  for (const [scale, name] of scales) {
    if (Math.abs(inUnit) >= scale) return digits(inUnit / scale) + space + name;
  }
  const smallest = scales === kCounts ? "" : space + scales[scales.length - 1][1];
  return digits(inUnit) + smallest;
}

export function percent(share: number): string {
  if (!Number.isFinite(share)) return "0 %";
  const value = share * 100;
  if (value > 0 && value < 0.01) return "<0.01 %";
  return `${value.toFixed(value >= 10 ? 1 : 2)} %`;
}
