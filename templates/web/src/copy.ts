// SPDX-License-Identifier: Apache-2.0
// A button that copies a command: <pre data-copy>.
import { all, button } from "./element";

async function copied(text: string, from: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(from); // not allowed here: ready for the reader's own copying
    return false;
  }
}

export function startCopying(): void {
  for (const pre of all<HTMLElement>("pre[data-copy]")) {
    const text = pre.textContent ?? "";
    const body = pre.querySelector<HTMLElement>("code") ?? pre;
    const control = button("Copy", async () => {
      const isDone = await copied(text, body);
      control.textContent = isDone ? "Copied" : "Selected";
      setTimeout(() => (control.textContent = "Copy"), 1500);
    });
    control.className = "copy";
    pre.append(control);
  }
}
