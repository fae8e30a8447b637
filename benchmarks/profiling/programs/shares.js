// SPDX-License-Identifier: Apache-2.0
// JavaScript functions with known shares of the CPU time: 50, 30, 15 and 5 % of equal units of work. Runs for the
// seconds that are given. unit() is too large to be inlined, as what takes time mostly is.
'use strict';

let state = 1;

function unit() {
  for (let i = 0; i < 400; i++) {
    state = (state * 1103515245 + 12345) % 2147483648;
    state ^= state >>> 7;
    state ^= (state << 3) & 0xffff;
    state = (state + (i % 3 === 0 ? 7 : i % 5)) % 2147483647;
  }
  return state;
}

function half() {
  for (let i = 0; i < 500; i++) unit();
}

function third() {
  for (let i = 0; i < 300; i++) unit();
}

function seventh() {
  for (let i = 0; i < 150; i++) unit();
}

function twentieth() {
  for (let i = 0; i < 50; i++) unit();
}

const seconds = Number(process.argv[2]);
const start = process.cpuUsage();
for (;;) {
  half();
  third();
  seventh();
  twentieth();
  const used = process.cpuUsage(start);
  if ((used.user + used.system) / 1e6 >= seconds) break;
}
