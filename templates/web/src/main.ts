// SPDX-License-Identifier: Apache-2.0
// The script of every page of perfviz. The page says everything without it; each part makes one thing easier to use,
// and none of them failing may take the others away. When all of them are there, <html> gets data-ready.
import { startChooser } from "./chooser";
import { startCopying } from "./copy";
import { all } from "./element";
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

// Starts a figure when it is first seen to have a width: those of documents not chosen yet cost nothing.
function whenShown(figure: HTMLElement, start: () => void): void {
  const safely = () => {
    attempt(start);
    if (!("live" in figure.dataset)) figure.dataset.plain = ""; // the static picture comes back
  };
  if (figure.getClientRects().length > 0) {
    safely();
    return;
  }
  const observer = new ResizeObserver(() => {
    if (figure.getClientRects().length === 0) return;
    observer.disconnect();
    safely();
  });
  observer.observe(figure);
}

function startFigures(islands: Map<string, Island>): void {
  for (const figure of all<HTMLElement>("figure[data-flame], figure[data-lines]")) {
    const island = islands.get(figure.dataset.flame ?? figure.dataset.lines ?? "");
    if (island?.kind === "flame") whenShown(figure, () => startFlame(figure, island));
    else if (island?.kind === "lines") whenShown(figure, () => startLines(figure, island));
    else figure.dataset.plain = "";
  }
}

attempt(startTheme);
attempt(startChooser);
attempt(() => startFigures(readIslands()));
attempt(startSorting);
attempt(startFilters);
attempt(startCopying);
attempt(startScrolling);
document.documentElement.dataset.ready = "";
performance.mark("perfopt: ready");
