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
  [1e3, "K"],
];

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return value.toExponential(2);
  const places = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return size > 0 && size < 0.01 ? value.toPrecision(2) : value.toFixed(places);
}

function scaled(value: number, scales: [number, string][], space: string): string {
  const smallest = scales[scales.length - 1];
  const [scale, name] = scales.find(([least]) => Math.abs(value) >= least) ?? smallest;
  return digits(value / scale) + space + name;
}

export function quantity(value: number, unit: Unit): string {
  if (unit === "ns") return scaled(value, kTimes, " ");
  if (unit === "s") return scaled(value * 1e9, kTimes, " ");
  if (unit === "bytes") return scaled(value, kBytes, " ");
  if (unit === "count" && Math.abs(value) >= 1e5) return scaled(value, kCounts, "");
  return value.toLocaleString("en", { maximumSignificantDigits: Math.abs(value) < 100 ? 3 : 12 });
}

export function percent(share: number): string {
  if (!Number.isFinite(share)) return "0 %";
  const value = share * 100;
  if (value > 0 && value < 0.01) return "<0.01 %";
  return `${value.toFixed(value >= 10 ? 1 : 2)} %`;
}
