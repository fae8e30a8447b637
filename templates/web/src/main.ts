// SPDX-License-Identifier: Apache-2.0
// The script of every page of perfviz. The page says everything without it; each part makes one thing easier to use,
// and none of them failing may take the others away. When all of them are there, <html> gets data-ready.
import { startChooser } from "./chooser";
import { startCopying } from "./copy";
import { startDisclosure } from "./disclosure";
import { all, element } from "./element";
import { startFilters } from "./filter";
import { startFlame } from "./flame/figure";
import { readIslands, type Island } from "./island";
import { startLines } from "./lines";
import { startScrolling } from "./scrollable";
import { startSorting } from "./sortable";
import { startTheme } from "./theme";

function attempt(start: () => void): void {
  try {
    start();
  } catch (error) {
    console.error(error);
  }
}

// Starts a figure when it is first seen to have a width: those of documents not chosen yet cost nothing. Resolves when
// one that is seen now is there, or its static picture is back, with a line that says why.
function whenShown(figure: HTMLElement, start: () => Promise<void>): Promise<void> | void {
  const safely = async () => {
    try {
      await start();
    } catch (error) {
      console.error(error);
      const words = `Only a picture, since this browser could not read the data: ${error}`;
      figure.append(element("p", { class: "note" }, words));
    }
    if (!("live" in figure.dataset)) figure.dataset.plain = ""; // the static picture comes back
  };
  if (figure.getClientRects().length > 0) return safely();
  const observer = new ResizeObserver(() => {
    if (figure.getClientRects().length === 0) return;
    observer.disconnect();
    safely();
  });
  observer.observe(figure);
}

function startFigures(islands: Map<string, Island>): (Promise<void> | void)[] {
  return all<HTMLElement>("figure[data-flame], figure[data-lines]").map((figure) => {
    const island = islands.get(figure.dataset.flame ?? figure.dataset.lines ?? "");
    if (island?.kind === "flame") return whenShown(figure, () => startFlame(figure, island));
    if (island?.kind === "lines") return whenShown(figure, () => startLines(figure, island));
    figure.dataset.plain = "";
  });
}

let figures: (Promise<void> | void)[] = [];
attempt(startTheme);
attempt(startChooser);
attempt(startDisclosure);
attempt(() => (figures = startFigures(readIslands())));
attempt(startSorting);
attempt(startFilters);
attempt(startCopying);
attempt(startScrolling);
Promise.all(figures).then(() => {
  document.documentElement.dataset.ready = "";
  performance.mark("perfopt: ready");
});
