// Twelve weeks in a row of the list.

import { draw } from "../base/dom.js";
import { box } from "./box.js";

const WIDE = 60;
const HIGH = 16;

/** @param {number[]} counts */
export function sparkline(counts) {
  const most = Math.max(1, ...counts);
  const step = WIDE / counts.length;
  const bars = counts.map((count, index) => {
    const height = count ? Math.max(2, ((HIGH - 2) * count) / most) : 1;
    const what = count ? "rect.spark-bar" : "rect.spark-none";
    return draw(what, box(index * step, HIGH - height, step - 1.5, height));
  });
  return draw("svg.spark", { viewBox: `0 0 ${WIDE} ${HIGH}`, "aria-hidden": "true" }, ...bars);
}
