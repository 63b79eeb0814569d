// A year of weeks: new cases, those that came back, and the fixes below.

import { draw } from "../base/dom.js";
import { say } from "../base/say.js";
import { monthName, quarters, weekLabel } from "../base/weeks.js";
import { box } from "./box.js";

const WIDE = 320;
const HIGH = 96;
const BASE = 76; // where bars stand; below it the marks for fixes and the months
const ROOM = BASE - 14;

/** @param {Week[]} rows */
export function weeklyBars(rows) {
  const most = Math.max(1, ...rows.map((row) => row.cases));
  const step = WIDE / Math.max(1, rows.length);
  const label = say("bars_label", {
    ...{ weeks: rows.length, most, cases: total(rows, "cases") },
    ...{ rebounds: total(rows, "rebounds"), fixes: total(rows, "closures") },
  });
  const across = (/** @type {number} */ y) => ({ x1: 0, x2: WIDE, y1: y, y2: y });
  const months = quarters(rows.map(({ week }) => week))
    .filter(({ index }) => index && index * step < WIDE - 24)
    .map(({ index, sunday }) => {
      const at = { x: (index * step).toFixed(1), y: HIGH - 2 };
      return draw("text.bars-text", at, monthName(sunday));
    });
  return draw(
    "svg.bars",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": label },
    draw("line.bars-line", across(BASE - ROOM)),
    draw("text.bars-text", { x: 0, y: BASE - ROOM - 3 }, String(most)),
    draw("line.bars-base", across(BASE + 0.5)),
    ...rows.map((row, index) => oneWeek(row, index * step, step, ROOM / most)),
    ...months,
  );
}

/** @param {Week} row @param {number} x @param {number} step @param {number} scale px a case */
function oneWeek({ week, cases, rebounds, closures }, x, step, scale) {
  const back = Math.min(rebounds || 0, cases);
  const wide = Math.max(1, step - 1.5);
  const values = { cases, rebounds: rebounds || 0, fixes: closures || 0 };
  const dot = { cx: x + step / 2 - 0.5, cy: BASE + 6, r: Math.min(2.4, step / 2.6) };
  const above = box(x, BASE - scale * cases, wide, scale * (cases - back));
  return draw(
    "g",
    {},
    draw("title", {}, say("bars_week", { week: weekLabel(week), ...values })),
    draw("rect", { ...box(x, 0, step, HIGH), fill: "transparent" }),
    cases > back && draw("rect.bar-new", above),
    back > 0 && draw("rect.bar-back", box(x, BASE - scale * back, wide, scale * back)),
    closures > 0 && draw("circle.bar-fix", dot),
  );
}

/** @param {Week[]} rows @param {"cases" | "rebounds" | "closures"} key */
export function total(rows, key) {
  return rows.reduce((sum, row) => sum + (row[key] || 0), 0);
}
