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

async function safely(figure: HTMLElement, start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    console.error(error);
    figure.querySelector(".live")?.remove(); // as far as it got
    delete figure.dataset.live;
    const words = `Only a picture, since this browser could not read the data: ${error}`;
    figure.append(element("p", { class: "note" }, words));
  }
  if (!("live" in figure.dataset)) figure.dataset.plain = ""; // the static picture comes back
}

// Starts a figure when the reader comes within half a window of it, so that those further down, and of documents not
// chosen yet, do not hold up the page. Resolves when one that is near now is there, or its static picture is back.
function whenNear(figure: HTMLElement, start: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver(
      async (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) {
          observer.disconnect();
          await safely(figure, start);
        }
        resolve();
      },
      { rootMargin: "50%" },
    );
    observer.observe(figure);
  });
}

function startFigures(islands: Map<string, Island>): (Promise<void> | undefined)[] {
  return all<HTMLElement>("figure[data-flame], figure[data-lines]").map((figure) => {
    const island = islands.get(figure.dataset.flame ?? figure.dataset.lines ?? "");
    if (island?.kind === "flame") return whenNear(figure, () => startFlame(figure, island));
    if (island?.kind === "lines") return whenNear(figure, () => startLines(figure, island));
    figure.dataset.plain = "";
    return undefined;
  });
}

let figures: (Promise<void> | undefined)[] = [];
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
