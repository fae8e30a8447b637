// SPDX-License-Identifier: Apache-2.0
// A flame graph in a page: <figure data-flame="ID">. The static graph that C++ drew stays for printing.
//
// Each step is measured under a name "flame: ..." of the browser's performance timeline, from the reader's action to
// the picture painted.
import { element } from "../element";
import type { FlameIsland } from "../island";
import { percent, quantity } from "../quantity";
import { onTheme } from "../theme";
import { Graph } from "./graph";
import { bottomUp, calleesOf, callersOf } from "./inverted";
import { inTime } from "./in_time";
import { changeOf, Painter, pointsOf } from "./painter";
import { ZoomPath } from "./path";
import { readPalette } from "./palette";
import { sceneOf, type Scene } from "./scene";
import { matchedBoxes, matchedTotal, matchingFunctions } from "./search";
import { SearchBox } from "./search_box";
import { decodeStacks, kNoFilters, passingRows, weightsUnder, type Stacks } from "./stacks";
import { Toolbar } from "./toolbar";
import { onlyLanguage, treeOf, withoutEmpty, type Tree } from "./tree";

const kKeys =
  "Arrow keys move between boxes, Enter zooms, Escape zooms out, s shows callers and callees of the focused " +
  "function, / searches, n and N walk through what was found.";

const kHint = matchMedia("(hover: none)").matches
  ? "Tap a box for its figures, and again to zoom in."
  : "Point at a box or walk with the arrow keys for its figures; click or Enter zooms in.";

function measured(what: string, act: () => void, start = performance.now()): void {
  act();
  requestAnimationFrame(() => performance.measure(`flame: ${what}`, { start, end: performance.now() }));
}

function hottest(tree: Tree): number {
  const self = new Map<number, number>();
  for (let i = 1; i < tree.self.length; i++) self.set(tree.frame[i], (self.get(tree.frame[i]) ?? 0) + tree.self[i]);
  let best = -1;
  for (const [frame, value] of self) if (best < 0 || value > self.get(best)!) best = frame;
  return best;
}

class FlameFigure {
  private readonly running: number;
  private readonly toolbar: Toolbar;
  private readonly search: SearchBox;
  private readonly path: ZoomPath;
  private readonly graph: Graph;
  private readonly status = element("p", { class: "said", role: "status" });
  private readonly note = element("p", { class: "note" }); // of a comparison: what the width is
  private base!: Tree; // under the filters, from the root
  private scene!: Scene;
  private matches: Uint8Array | null = null;
  private hits: number[] = [];
  private hit = -1;
  private centre = -1; // function of the sandwich

  constructor(
    figure: HTMLElement,
    private readonly island: FlameIsland,
    private readonly stacks: Stacks,
  ) {
    this.running = island.activities.indexOf("running");
    const rows = this.stacks.rows;
    const lastBucket = rows ? rows.bucket.reduce((most, one) => Math.max(most, one), 0) : 0;
    const lastNs = lastBucket > 0 ? (lastBucket + 1) * island.bucket_ns : 0;
    const languages = [...new Set(stacks.languages)].sort((a, b) => a - b);
    this.toolbar = new Toolbar(island, languages, lastNs, (what) => measured(what, () => this.rebuild(what)));
    this.search = new SearchBox(
      (pattern) => measured("search", () => this.find(pattern)),
      (step) => this.walk(step),
      () => this.graph.stage.focus(),
    );
    this.path = new ZoomPath((node) => measured("zoom", () => this.graph.zoom(node)));
    this.graph = this.makeGraph();
    const help = element("p", { class: "sr", id: `${figure.dataset.flame}-keys` }, kKeys);
    this.graph.stage.setAttribute("aria-describedby", help.id);
    this.toolbar.box.append(this.search.box);
    const parts = [this.toolbar.box, this.path.box, this.graph.frame, ...(island.after ? [this.note] : [])];
    figure.prepend(element("div", { class: "live" }, ...parts, this.status, help));
    figure.dataset.live = "";
    this.rebuild("first");
    document.addEventListener("keydown", (event) => this.searchFromAnywhere(event, figure));
  }

  // "/" where nothing else takes it: the first graph that is shown.
  private searchFromAnywhere(event: KeyboardEvent, figure: HTMLElement): void {
    const isOurs = event.key === "/" && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isOurs || (event.target as Element).matches("input, select, textarea") || !figure.checkVisibility()) return;
    event.preventDefault();
    this.search.focus();
  }

  private makeGraph(): Graph {
    const { island } = this;
    const graph: Graph = new Graph(`Flame graph of ${island.title}`, readPalette(island.languages), {
      describe: (node) => this.describe(node),
      zoomed: (node) => this.showPath(node),
      focused: (node, isTapped) => this.tell(node, isTapped),
      key: (key) => this.key(key),
    });
    graph.paintWith(new Painter(graph.canvasElement, this.stacks, island.languages, island.sure_points));
    onTheme(() => graph.recolour(readPalette(island.languages)));
    return graph;
  }

  private name(node: number): string {
    const frame = this.scene.frame[node];
    return frame < 0 ? "all" : this.stacks.names[frame];
  }

  private baseTree(): Tree {
    const { order, filters } = this.toolbar.choices;
    const isInTime = order === "in time" && this.stacks.rows !== null;
    const all = isInTime
      ? inTime(this.stacks, passingRows(this.stacks, filters, this.running))
      : treeOf(this.stacks.parent, this.stacks.frame, weightsUnder(this.stacks, filters, this.running));
    return filters.language < 0 ? all : onlyLanguage(all, this.stacks.languages, filters.language, isInTime);
  }

  private rebuild(what: string): void {
    const { view, order, isAfter, isFlipped, filters } = this.toolbar.choices;
    if (!this.base || what === "filter" || what === "order") this.base = withoutEmpty(this.baseTree());
    if (what === "sandwich") this.centre = this.focusedFunction();
    let tree = this.base;
    let callers = null;
    if (view === "bottom-up") tree = bottomUp(this.base);
    if (view === "sandwich" && this.centre >= 0) {
      tree = calleesOf(this.base, this.centre);
      callers = callersOf(this.base, this.centre);
    }
    this.scene = sceneOf(tree, callers, order, isAfter, this.stacks.names);
    this.graph.show(this.scene, isFlipped);
    const [shown, other, gone] = isAfter ? ["after", "before", "removed"] : ["before", "after", "new"];
    this.note.textContent = `Width: the share ${shown}. What is ${gone} has none; choose Width ${other} to see it.`;
    this.tellMatches();
    const isFiltered = JSON.stringify(filters) !== JSON.stringify(kNoFilters);
    const total = quantity(this.scene.width[0], this.island.unit);
    if (!(this.scene.width[0] > 0)) this.status.textContent = "No sample passes these filters.";
    else if (view === "sandwich") this.status.textContent = `Callers and callees of ${this.name(0)}: ${total}`;
    else this.status.textContent = `${this.island.title}: ${total}${isFiltered ? " pass the filters" : ""}. ${kHint}`;
  }

  private focusedFunction(): number {
    const focused = this.scene && this.graph.focused >= 0 ? this.graph.focused : this.graph.zoomed;
    const frame = this.scene ? this.scene.frame[focused] : -1;
    return frame >= 0 ? frame : hottest(this.base);
  }

  private tell(node: number, isTapped: boolean): void {
    const [name, ...rest] = this.describe(node);
    if (isTapped) rest.push("tap again to zoom in");
    this.status.replaceChildren(element("b", {}, name), ["", ...rest].join(", "));
    this.status.scrollTop = 0;
  }

  private describe(node: number): string[] {
    const { scene, island } = this;
    const all = this.base.total[0] || 1;
    const lines = [this.name(node)];
    const place = this.stacks.places[scene.frame[node]];
    if (place) lines.push(place);
    const share = (value: number) => `${quantity(value, island.unit)} (${percent(value / all)})`;
    lines.push(`total ${share(scene.total[node])}`, `self ${share(scene.self[node])}`);
    if (scene.totalAfter) {
      const after = scene.totalAfter[node];
      lines.push(
        `after: total ${quantity(after, island.unit)} (${percent(after / (this.base.totalAfter?.[0] || 1))}), ` +
          `${pointsOf(changeOf(scene, node), 2)} points`,
      );
    }
    return lines;
  }

  private showPath(node: number): void {
    const path = [];
    for (let at = node; at >= 0; at = this.scene.parent[at]) path.push({ node: at, name: this.name(at) });
    this.path.show(path.reverse());
  }

  private find(pattern: string): void {
    this.matches = null;
    try {
      if (pattern !== "") this.matches = matchingFunctions(pattern, this.stacks.names);
      this.search.tell("");
    } catch (error) {
      this.search.tell(`not a regular expression: ${(error as Error).message}`, true);
    }
    this.tellMatches();
    this.graph.mark(this.matches);
  }

  private tellMatches(): void {
    this.hits = this.matches ? matchedBoxes(this.scene, this.matches) : [];
    this.hit = -1;
    if (!this.matches) return;
    const share = percent(matchedTotal(this.base, this.matches) / (this.base.total[0] || 1));
    this.search.tell(this.hits.length > 0 ? `${share} of all, ${this.hits.length.toLocaleString("en")} boxes here` : "not found");
  }

  private walk(step: number): void {
    const count = this.hits.length;
    if (count === 0) return;
    this.hit = this.hit < 0 ? (step > 0 ? 0 : count - 1) : (this.hit + step + count) % count;
    this.graph.focus(this.hits[this.hit]);
  }

  private key(key: string): boolean {
    if (key === "/") this.search.focus();
    else if (key === "n" || key === "N") this.walk(key === "n" ? 1 : -1);
    else if (key === "s") this.toolbar.setView("sandwich");
    else if (key === "Escape") this.graph.zoom(Math.max(0, this.scene.parent[this.graph.zoomed]));
    else return false;
    return true;
  }
}

export async function startFlame(figure: HTMLElement, island: FlameIsland): Promise<void> {
  const start = performance.now();
  const stacks = await decodeStacks(island);
  measured("ready", () => new FlameFigure(figure, island, stacks), start);
}
