// SPDX-License-Identifier: Apache-2.0
// Names of functions in little room, as short_function() of report/function_name.hpp does it: template arguments are
// folded first, then outer scopes go, and only then the middle is cut out, since both ends of a name tell most.

// Operators and arrows are made of brackets and are none.
const kTokens = /\boperator(?:<=>|<<=|>>=|->\*|<<|>>|<=|>=|->|\(\)|<|>)|->|::|[^]/g;

const kOmitted = "\u2026";
const kShort = 6; // letters of which both ends tell nothing

// A name and what is left of it, each shorter than the one before.
export function shorterNames(name: string): string[] {
  let folded = "";
  let angle = 0;
  let round = 0;
  const scopes: number[] = [];
  for (const token of name.match(kTokens) ?? []) {
    if (token === ">" && angle > 0 && --angle === 0 && folded.endsWith("<")) folded += kOmitted;
    if (angle === 0) folded += token;
    if (token === "<") angle++;
    if (angle > 0) continue;
    if (token === "(" || token === "{") round++;
    else if ((token === ")" || token === "}") && round > 0) round--;
    else if (token === "::" && round === 0) scopes.push(folded.length);
  }
  return [name, folded, ...scopes.map((start) => folded.slice(start))];
}

function withoutMiddle(text: string, letters: number, least: number): string {
  const all = [...text];
  const back = Math.max(least, letters < kShort ? 0 : Math.floor((letters - 1) / 2));
  return all.slice(0, letters - 1 - back).join("") + kOmitted + all.slice(all.length - back).join("");
}

// `names` as shorterNames() gives them, `letters` at least 1.
export function fittingName(names: string[], letters: number): string {
  if (names[0].length <= letters) return names[0];
  if (names[1].length <= letters) return names[1];
  const at = names.findIndex((name) => name.length < letters);
  if (at < 0) return withoutMiddle(names[names.length - 1], letters, 0);
  // "Pass\u2026run" tells more than "\u2026run".
  const spare = letters - names[at].length - 1;
  return spare < kShort ? kOmitted + names[at] : withoutMiddle(names[at - 1], letters, names[at].length);
}
