// SPDX-License-Identifier: Apache-2.0
// Which functions a regular expression finds, and what share of the samples has one of them on its stack.
import type { Scene } from "./scene";
import type { Tree } from "./tree";

// By function; throws SyntaxError for what is no regular expression. Case matters only when the pattern has capitals.
export function matchingFunctions(pattern: string, names: string[]): Uint8Array {
  const expression = new RegExp(pattern, pattern === pattern.toLowerCase() ? "iu" : "u");
  return Uint8Array.from(names, (name) => (expression.test(name) ? 1 : 0));
}

// Of the whole tree; a stack with two of them counts once.
export function matchedTotal(tree: Tree, matches: Uint8Array): number {
  const covered = new Uint8Array(tree.parent.length);
  let total = 0;
  for (let i = 1; i < covered.length; i++) {
    const outer = covered[tree.parent[i]];
    const isMatch = matches[tree.frame[i]];
    if (isMatch && !outer) total += tree.total[i];
    covered[i] = isMatch || outer ? 1 : 0;
  }
  return total;
}

// Boxes that are found, the widest first.
export function matchedBoxes(scene: Scene, matches: Uint8Array): number[] {
  const found = [];
  for (const node of scene.order) if (matches[scene.frame[node]] && scene.width[node] > 0) found.push(node);
  return found.sort((a, b) => scene.width[b] - scene.width[a] || a - b);
}
