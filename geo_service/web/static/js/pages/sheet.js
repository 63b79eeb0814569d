// On a phone the list is a sheet over the map: low, half or full, by its handle, a pull, or Enter.

import { find } from "../base/dom.js";

const HEIGHTS = ["low", "half", "full"];
const PULL = 24; // px before a press counts as a pull

/** Gives the way to set a height. @param {HTMLElement} frame @param {() => void} onMove */
export function setUpSheet(frame, onMove) {
  const handle = find(".sheet-handle", HTMLElement, frame);
  let from = 0;
  let pulled = false;

  const set = (/** @type {string} */ height) => {
    if (frame.dataset.sheet === height) return;
    frame.dataset.sheet = height;
    onMove();
    handle.setAttribute("aria-expanded", String(height !== "low"));
  };

  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointerup", (event) => {
    const moved = event.clientY - from;
    pulled = Math.abs(moved) > PULL;
    if (!pulled) return;
    const next = HEIGHTS.indexOf(frame.dataset.sheet ?? "") + (moved < 0 ? 1 : -1);
    set(HEIGHTS[Math.min(2, Math.max(0, next))]);
  });
  handle.addEventListener("click", () => {
    if (!pulled) set(frame.dataset.sheet === "low" ? "half" : "low");
    pulled = false;
  });
  return set;
}
