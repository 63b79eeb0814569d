// Twelve weeks in a row of the list.

import { draw } from "../base/dom.js";

const WIDE = 60;
const HIGH = 16;

/** @param {number[]} counts */
export function sparkline(counts) {
  const most = Math.max(1, ...counts);
  const step = WIDE / counts.length;
  const bars = counts.map((count, index) => {
    const height = count ? Math.max(2, ((HIGH - 2) * count) / most) : 1;
    const [x, y] = [index * step, HIGH - height].map((one) => one.toFixed(1));
    const size = { x, y, width: (step - 1.5).toFixed(1), height: height.toFixed(1) };
    return draw(count ? "rect.spark-bar" : "rect.spark-none", size);
  });
  return draw("svg.spark", { viewBox: `0 0 ${WIDE} ${HIGH}`, "aria-hidden": "true" }, ...bars);
}
