// SPDX-License-Identifier: Apache-2.0
// Opens the <details> that the address points into, and the problems for printing: newer browsers do both themselves.
import { all } from "./element";

function follow(): void {
  const target = document.getElementById(location.hash.slice(1));
  const details = target?.closest("details");
  if (!details || details.open) return;
  details.open = true;
  target!.scrollIntoView();
}

export function startDisclosure(): void {
  follow();
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => all<HTMLDetailsElement>("details.problem").forEach((details) => (details.open = true)));
}
