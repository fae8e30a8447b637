// SPDX-License-Identifier: Apache-2.0
// Dense lines: <figure data-lines="ID">. Each series is a band from the lowest to the highest value of its buckets, so
// that one sample among a million is still seen. uPlot draws; it knows no keyboard, so arrows move the cursor here and
// a line says where it stands. The static chart that C++ drew stays for printing, and this one says no less: it has the
// bands, names and marks that report/line_buckets.hpp describes. Few points get no figure of this kind.
import uPlot from "uplot";
import { button, element } from "./element";
import { unpackJson, type LinesIsland, type LinesSeries } from "./island";
import { quantity } from "./quantity";
import { colour, onTheme } from "./theme";

const kFont = '12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
const kZoom = 0.6;
const kColours = 7; // --s1..7
// A second mark beside the colour, and what stands for it in the legend.
const kDashes: [number[], string][] = [
  [[], "\u2501\u2501\u2501"],
  [[8, 4], "\u2501 \u2501"],
  [[3, 3], "\u2505\u2505"],
  [[8, 3, 2, 3], "\u2501 \u00b7 \u2501"],
];
const kHint = "Point at the line or press the arrow keys for its values; drag to zoom in.";
const kTimes: [number, string][] = [
  [86400, " d"],
  [3600, " h"],
  [60, " min"],
];
// Steps of an axis of seconds that are round in minutes, hours and days too.
const kSeconds = [1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800].concat(
  [1, 2, 3, 6, 12, 24, 48, 120, 240, 720, 2400].map((hours) => hours * 3600),
);
const kPowersOfTwo = Array.from({ length: 60 }, (_, i) => 2 ** i);

function stepsOf(unit: string): { incrs?: number[] } {
  if (unit === "s") return { incrs: kSeconds };
  return unit === "bytes" ? { incrs: kPowersOfTwo } : {};
}

// Ticks in the unit of their step.
function tickTexts(values: number[], unit: string, names?: string[]): string[] {
  if (names) return values.map((value) => (names[value] ?? "").split(" ")[0]);
  const step = values.length > 1 ? values[1] - values[0] : 0;
  const scale = unit === "s" ? kTimes.find(([seconds]) => step >= seconds) : undefined;
  if (!scale) return values.map((value) => (value === 0 ? "0" : value == null ? "" : quantity(value, unit)));
  return values.map((value) => Number((value / scale[0]).toFixed(3)) + scale[1]);
}

function axisSize(plot: uPlot, values: string[] | null): number {
  if (!values?.length) return 50;
  plot.ctx.save();
  plot.ctx.font = plot.axes[1].font![0] as string;
  const widest = Math.max(...values.map((value) => plot.ctx.measureText(value ?? "").width));
  plot.ctx.restore();
  return Math.ceil(widest / devicePixelRatio) + 18;
}

class LinesFigure {
  private readonly stage: HTMLElement;
  private readonly said = element("p", { class: "said", role: "status" });
  private readonly plot: uPlot;
  private at = -1; // index of the cursor
  private readonly first: number[] = []; // of the columns of each line

  constructor(
    figure: HTMLElement,
    private readonly island: LinesIsland,
    private readonly lines: LinesSeries[],
  ) {
    const label = `${island.title}: arrow keys move the cursor, plus and minus zoom, Escape shows all`;
    this.stage = element("div", { class: "plot", tabindex: "0", role: "application", "aria-label": label });
    const tools = element(
      "div",
      { class: "tools" },
      ...(lines.length > 1 ? [this.legend()] : []),
      button("Zoom in", () => this.zoom(kZoom)),
      button("Zoom out", () => this.zoom(1 / kZoom)),
      button("Show all", () => this.reset()),
    );
    const live = element("div", { class: "live" }, tools, this.stage, this.said);
    figure.prepend(live);
    try {
      this.plot = new uPlot(this.options(), this.data(), this.stage);
    } catch (error) {
      live.remove(); // the static picture stays
      throw error;
    }
    figure.dataset.live = "";
    this.said.textContent = kHint;
    this.stage.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => {
      const { width, height } = this.size();
      if (width > 0 && (width !== this.plot.width || height !== this.plot.height)) this.plot.setSize({ width, height });
    }).observe(this.stage);
    onTheme(() => this.plot.redraw(false, true));
  }

  private size(): { width: number; height: number } {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  private data(): uPlot.AlignedData {
    const tables = this.lines.map(({ x, low, high, band_low, band_high }) => {
      return [x, low, high, ...(band_low && band_high ? [band_low, band_high] : [])] as uPlot.AlignedData;
    });
    return tables.length === 1 ? tables[0] : uPlot.join(tables);
  }

  private legend(): HTMLElement {
    const items = this.lines.map(({ label }, i) => {
      const mark = kDashes[i % kDashes.length][1];
      return element("li", {}, element("b", { "aria-hidden": "true", class: `line${(i % kColours) + 1}` }, mark), label);
    });
    return element("ul", { class: "legend" }, ...items);
  }

  // The edges of each line's buckets, then those of its band.
  private series(): { series: uPlot.Series[]; bands: uPlot.Band[] } {
    const series: uPlot.Series[] = [{}];
    const bands: uPlot.Band[] = [];
    this.lines.forEach(({ band_low }, i) => {
      const shade = (share: number) => () =>
        `color-mix(in srgb, ${colour(`--s${(i % kColours) + 1}`)} ${share}%, transparent)`;
      const pair = (one: uPlot.Series, share: number) => {
        series.push({ ...one, points: { show: false } }, { ...one, points: { show: false } });
        bands.push({ series: [series.length - 1, series.length - 2], fill: shade(share) });
      };
      this.first.push(series.length);
      pair({ stroke: shade(100), dash: kDashes[i % kDashes.length][0], width: 1 }, 35);
      // An odd run's band does not flatten the lines.
      if (band_low) pair({ width: 0, auto: false }, 18);
    });
    return { series, bands };
  }

  private options(): uPlot.Options {
    const { x, y } = this.island;
    const axis = (label: string, unit: string, names?: string[]): uPlot.Axis => ({
      label,
      labelSize: 18,
      font: kFont,
      labelFont: kFont,
      stroke: () => colour("--muted"),
      grid: { stroke: () => colour("--grid"), width: 1 },
      ticks: { stroke: () => colour("--grid"), width: 1 },
      values: (_, values) => tickTexts(values, unit, names),
      ...stepsOf(unit),
    });
    const fromZero = { min: { soft: 0, mode: 1 }, max: { pad: 0.08 } } as uPlot.Range.Config;
    return {
      ...this.size(),
      scales: { x: { time: false }, y: { distr: y.log ? 3 : 1, ...(y.from_zero ? { range: fromZero } : {}) } },
      axes: [
        { ...axis(x.label, x.unit, x.names), size: 28, space: x.names ? 85 : 65 },
        { ...axis(y.label, y.unit), size: axisSize },
      ],
      ...this.series(),
      legend: { show: false },
      cursor: { drag: { x: true, y: false } },
      hooks: { setCursor: [(plot) => this.tell(plot)], draw: [(plot) => this.mark(plot)] },
    };
  }

  // A line across the chart for each mark in sight; its text where that does not meet the one before.
  private mark({ ctx, bbox, valToPos, scales }: uPlot): void {
    ctx.save();
    ctx.font = `${12 * devicePixelRatio}px ${kFont.slice(5)}`;
    ctx.fillStyle = ctx.strokeStyle = colour("--text");
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    let free = bbox.left;
    for (const { x, text } of this.island.marks ?? []) {
      if (x < scales.x.min! || x > scales.x.max!) continue;
      const at = valToPos(x, "x", true);
      ctx.setLineDash([2 * devicePixelRatio]);
      ctx.strokeRect(at, bbox.top, 0, bbox.height);
      const width = ctx.measureText(text).width;
      const left = Math.min(at + 4, bbox.left + bbox.width - width);
      if (left < free) continue;
      ctx.fillText(text, left, bbox.top + 2);
      free = left + width + 8;
    }
    ctx.restore();
  }

  private reset(): void {
    const xs = this.plot.data[0];
    if (xs.length > 0) this.plot.setScale("x", { min: xs[0], max: xs[xs.length - 1] });
  }

  private zoom(factor: number): void {
    const xs = this.plot.data[0];
    const { min, max } = this.plot.scales.x;
    if (xs.length === 0 || min == null || max == null) return;
    const middle = this.at >= 0 ? Math.min(max, Math.max(min, xs[this.at])) : (min + max) / 2;
    this.plot.setScale("x", {
      min: Math.max(xs[0], middle - (middle - min) * factor),
      max: Math.min(xs[xs.length - 1], middle + (max - middle) * factor),
    });
  }

  private moveTo(index: number): void {
    const { plot } = this;
    const xs = plot.data[0];
    if (xs.length === 0) return;
    this.at = Math.min(xs.length - 1, Math.max(0, index));
    const x = xs[this.at];
    const { min, max } = plot.scales.x;
    if (min != null && max != null && (x < min || x > max)) {
      plot.setScale("x", { min: x - (max - min) / 2, max: x + (max - min) / 2 });
    }
    plot.setCursor({ left: plot.valToPos(x, "x"), top: plot.bbox.height / devicePixelRatio / 2 }, false);
    this.say(this.at);
  }

  // Where the pointer is.
  private tell(plot: uPlot): void {
    const index = plot.cursor.idx;
    if (index == null || index === this.at) return;
    this.at = index;
    this.say(index);
  }

  private say(index: number): void {
    const { x, y } = this.island;
    const { data } = this.plot;
    const words = this.lines.map(({ label }, i) => {
      const [low, high] = [data[this.first[i]][index], data[this.first[i] + 1][index]];
      if (low == null || high == null) return "";
      const range = low === high ? "" : `${quantity(low, y.unit)} to `;
      return `${label} ${range}${quantity(high, y.unit)}`;
    });
    const at = data[0][index];
    const where = `${x.label} ${x.names?.[Math.round(at)] ?? quantity(at, x.unit)}`;
    this.said.textContent = [where, ...words.filter(Boolean)].join(", ");
  }

  private key(event: KeyboardEvent): void {
    const last = this.plot.data[0].length - 1;
    const step = event.shiftKey ? Math.ceil(last / 20) : 1;
    if (event.key === "ArrowRight") this.moveTo(this.at + step);
    else if (event.key === "ArrowLeft") this.moveTo(this.at < 0 ? last : this.at - step);
    else if (event.key === "Home") this.moveTo(0);
    else if (event.key === "End") this.moveTo(last);
    else if (event.key === "+" || event.key === "=") this.zoom(kZoom);
    else if (event.key === "-") this.zoom(1 / kZoom);
    else if (event.key === "Escape") this.reset();
    else return;
    event.preventDefault();
  }
}

export async function startLines(figure: HTMLElement, island: LinesIsland): Promise<void> {
  const lines = await unpackJson(island.series);
  if (lines.length > 0) new LinesFigure(figure, island, lines); // else there is nothing but the static chart
}
