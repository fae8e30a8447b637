// SPDX-License-Identifier: Apache-2.0
// Colours of boxes, read from the style sheet's variables: a language has three shades, shared out by name, so that
// neighbours can be told apart and a function keeps its own; a comparison colours by the change of share.
import { colour } from "../theme";

const kShades = 3;
// By Language of the documents: letter of the variables --fX0..2, and the mark before a name (that of the
// static graph).
const kLanguages: Record<string, { letter: string; mark: string }> = {
  native: { letter: "n", mark: "" },
  kernel: { letter: "k", mark: "\u25a0 " },
  python: { letter: "p", mark: "\u25c6 " },
  javascript: { letter: "j", mark: "\u25b2 " },
  shell: { letter: "s", mark: "$ " },
};
const kUnknown = { letter: "u", mark: "" };

function languageLetter(language: string): string {
  return (kLanguages[language] ?? kUnknown).letter;
}

export function languageMark(language: string): string {
  return (kLanguages[language] ?? kUnknown).mark;
}

// Changes of share from which a colour is stronger, those of the static graph: one legend tells both.
const kChanges = [0.001, 0.01, 0.05];

export interface Palette {
  shades: string[][]; // by language, then shade
  grew: string[]; // by strength 0..2
  shrank: string[];
  equal: string;
  found: string;
  ink: string; // on shades
  text: string; // on the colours of changes and on the ground
  line: string;
  back: string;
  other: string; // what has no language
}

export function readPalette(languages: string[]): Palette {
  return {
    shades: languages.map((language) => {
      const letter = languageLetter(language);
      return [0, 1, 2].map((shade) => colour(`--f${letter}${shade}`));
    }),
    grew: [1, 2, 3].map((strength) => colour(`--lose${strength}`)),
    shrank: [1, 2, 3].map((strength) => colour(`--win${strength}`)),
    equal: colour("--even"),
    found: colour("--found"),
    ink: colour("--ink"),
    text: colour("--text"),
    line: colour("--muted"),
    back: colour("--back"),
    other: colour("--fu2"),
  };
}

// 0..2 for each function (FNV-1a of its name).
export function shadesOf(names: string[]): Uint8Array {
  return Uint8Array.from(names, (name) => {
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return (hash >>> 8) % kShades;
  });
}

// -1: no change to speak of; else 0..2.
export function strengthOf(change: number): number {
  const size = Math.abs(change);
  return size >= kChanges[2] ? 2 : size >= kChanges[1] ? 1 : size >= kChanges[0] ? 0 : -1;
}
