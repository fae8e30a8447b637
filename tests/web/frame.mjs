// SPDX-License-Identifier: Apache-2.0
// Pages in the real frame (templates/report.html, style, script, policy) around bodies of the test's own, so that the
// script can be tested with data that no program writes.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const template = (name) => readFileSync(fileURLToPath(new URL(`../../templates/${name}`, import.meta.url)), "utf8");

function hashOf(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function islandText(islands) {
  const escape = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(islands).replace(/[<>&\u2028\u2029]/g, escape);
}

export function htmlText(text) {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/\0/g, "\uFFFD");
}

export function framed({ title, body, islands = [], chooser = "" }) {
  const style = template("report.css");
  const script = template("report.js");
  const slots = {
    style_hash: hashOf(style),
    script_hash: hashOf(script),
    title: htmlText(title),
    style,
    chooser,
    articles: body,
    data: islandText(islands),
    script,
  };
  return template("report.html").replace(/\{\{(\w+)\}\}/g, (_, name) => slots[name]);
}

export function article(prefix, title, content) {
  return `<article class="document profile" id="${prefix}document" aria-labelledby="${prefix}document-title">
<header><p class="muted">perfviz</p><h1 id="${prefix}document-title">${htmlText(title)}</h1></header>
<div>${content}</div></article>`;
}

// `rows` of the static picture and of the live one, 18 px each.
export function flameFigure(id, caption, rows = 22) {
  const height = 18 * rows;
  return `<figure data-flame="${id}"><div class="scroll wide"><svg viewBox="0 0 1200 ${height}" role="img" aria-label="static">
<rect width="1200" height="${height}" fill="#ccc"></rect></svg></div>
<svg class="rows" viewBox="0 0 1 ${height}" aria-hidden="true"></svg><figcaption>${caption}</figcaption></figure>`;
}
