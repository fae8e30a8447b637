// SPDX-License-Identifier: Apache-2.0
// Opens the <details> that the address points into, and the problems while printing: newer browsers do both themselves.
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
  let closed: HTMLDetailsElement[] = [];
  const setOpen = (isOpen: boolean) => closed.forEach((details) => (details.open = isOpen));
  addEventListener("beforeprint", () => {
    closed = all<HTMLDetailsElement>("details.problem:not([open])");
    setOpen(true);
  });
  addEventListener("afterprint", () => setOpen(false));
}
