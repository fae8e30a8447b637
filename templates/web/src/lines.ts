// SPDX-License-Identifier: Apache-2.0
// Dense lines: <figure data-lines="ID">. Each series is a band from the lowest to the highest value of its buckets, so
// that one sample among a million is still seen. uPlot draws; it knows no keyboard, so arrows move the cursor here and
// a line says where it stands. The static chart that C++ drew stays for printing.
import uPlot from "uplot";
import { button, element } from "./element";
import { unpackJson, type LinesIsland, type LinesSeries } from "./island";
import { quantity } from "./quantity";
import { colour, onTheme } from "./theme";

const kHeightPx = 260;
const kFont = '12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
const kZoom = 0.6;
const kColours = 7; // --s1..7
const kDashes = [[], [6, 3], [2, 3], [8, 3, 2, 3]];
const kTimes: [number, string][] = [
  [86400, " d"],
  [3600, " h"],
  [60, " min"],
];
// Steps of an axis of seconds that are round in minutes, hours and days too.
const kSeconds = [1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800].concat(
  [1, 2, 3, 6, 12, 24, 48, 120, 240, 720, 2400].map((hours) => hours * 3600),
);

// Ticks in the unit of their step.
function tickTexts(values: number[], unit: string): string[] {
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
      button("Zoom in", () => this.zoom(kZoom)),
      button("Zoom out", () => this.zoom(1 / kZoom)),
      button("Show all", () => this.reset()),
    );
    const live = element("div", { class: "live" }, tools, this.stage, this.said);
    figure.prepend(live);
    if (lines.length > 1) live.append(this.legend());
    try {
      this.plot = new uPlot(this.options(), this.data(), this.stage);
    } catch (error) {
      live.remove();  // the static picture stays
      throw error;
    }
    figure.dataset.live = "";
    this.stage.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => {
      const width = this.stage.clientWidth;
      if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: kHeightPx });
    }).observe(this.stage);
    onTheme(() => this.plot.redraw(false, true));
  }

  private data(): uPlot.AlignedData {
    const tables = this.lines.map(({ x, low, high }) => [x, low, high] as uPlot.AlignedData);
    return tables.length === 1 ? tables[0] : uPlot.join(tables);
  }

  private legend(): HTMLElement {
    const items = this.lines.map(({ label }, i) => {
      const line = element("b", { "aria-hidden": "true" }, "\u2501 ".repeat(1 + Math.floor(i / kColours)));
      line.className = `line${(i % kColours) + 1}`;
      return element("li", {}, line, label);
    });
    return element("ul", { class: "legend" }, ...items);
  }

  private series(): uPlot.Series[] {
    const out: uPlot.Series[] = [{}];
    this.lines.forEach((_, i) => {
      const stroke = () => colour(`--s${(i % kColours) + 1}`);
      const dash = kDashes[Math.floor(i / kColours) % kDashes.length];
      for (let end = 0; end < 2; end++) out.push({ stroke, dash, width: 1, points: { show: false } });
    });
    return out;
  }

  private options(): uPlot.Options {
    const { x, y } = this.island;
    const axis = (label: string, unit: string): uPlot.Axis => ({
      label,
      font: kFont,
      labelFont: kFont,
      stroke: () => colour("--muted"),
      grid: { stroke: () => colour("--grid"), width: 1 },
      ticks: { stroke: () => colour("--grid"), width: 1 },
      values: (_, values) => tickTexts(values, unit),
      ...(unit === "s" ? { incrs: kSeconds } : {}),
    });
    return {
      width: this.stage.clientWidth || 600,
      height: kHeightPx,
      scales: { x: { time: false }, y: { distr: y.log ? 3 : 1 } },
      axes: [axis(x.label, x.unit), { ...axis(y.label, y.unit), size: axisSize }],
      series: this.series(),
      bands: this.lines.map((_, i) => ({
        series: [2 * i + 2, 2 * i + 1],
        fill: () => `color-mix(in srgb, ${colour(`--s${(i % kColours) + 1}`)} 35%, transparent)`,
      })),
      legend: { show: false },
      cursor: { drag: { x: true, y: false } },
      hooks: { setCursor: [(plot) => this.tell(plot)] },
    };
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
      const [low, high] = [data[2 * i + 1][index], data[2 * i + 2][index]];
      if (low == null || high == null) return "";
      const range = low === high ? "" : `${quantity(low, y.unit)} to `;
      return `${label} ${range}${quantity(high, y.unit)}`;
    });
    this.said.textContent = [`${x.label} ${quantity(data[0][index], x.unit)}`, ...words.filter(Boolean)].join(", ");
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
