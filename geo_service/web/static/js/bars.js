// Small charts, drawn as SVG: a year of weeks in the drawer, twelve weeks in a row of the list.

import { draw } from "./dom.js";
import { mondayOf, monthName, say, weekLabel } from "./say.js";

const WIDE = 320;
const HIGH = 96;
const GI_HIGH = 44;
const BASE = 76; // where bars stand; below it the marks for fixes and the months

export function sparkline(counts) {
  const most = Math.max(1, ...counts);
  const step = 60 / counts.length;
  return draw("svg", { "class": "spark", viewBox: "0 0 60 16", "aria-hidden": "true" },
    ...counts.map((count, index) => {
      const high = count ? Math.max(2, (14 * count) / most) : 1;
      return draw("rect", { x: (index * step).toFixed(1), y: (16 - high).toFixed(1), width: (step - 1.5).toFixed(1),
        height: high.toFixed(1), "class": count ? "spark-bar" : "spark-none" });
    }));
}

// Half a year of Gi*, up where cases crowd and down where they are rare; coloured where that is no chance.
export function giBars(series) {
  const most = Math.max(3, ...series.map(({ z }) => Math.abs(z ?? 0)));
  const low = Math.max(0.5, ...series.map(({ z }) => -(z ?? 0)));
  const scale = GI_HIGH / (most + low);
  const base = most * scale;
  const step = WIDE / series.length;
  const count = (mark) => series.filter((week) => week.mark === mark).length;
  return draw("svg", { "class": "bars gi", "data-testid": "gi-series", viewBox: `0 0 ${WIDE} ${GI_HIGH}`, role: "img",
    "aria-label": say("gi_label", { weeks: series.length, hot: count(1), cold: count(-1) }) },
    draw("line", { "class": "bars-base", x1: 0, x2: WIDE, y1: base.toFixed(1), y2: base.toFixed(1) }),
    ...series.map(({ week, z, mark }, index) => z == null ? null : draw("rect", {
      "class": mark > 0 ? "gi-hot" : mark < 0 ? "gi-cold" : "gi-none", x: (index * step).toFixed(2), width: (step - 2).toFixed(2),
      y: (base - Math.max(z, 0) * scale).toFixed(2), height: Math.max(0.8, Math.abs(z) * scale).toFixed(2) },
    draw("title", {}, say("gi_week", { week: weekLabel(week), z: z.toFixed(1) })))));
}

export function weeklyBars(rows, thisYear) {
  const most = Math.max(1, ...rows.map((row) => row.cases));
  const step = WIDE / Math.max(1, rows.length);
  const total = (key) => rows.reduce((sum, row) => sum + (row[key] || 0), 0);
  const chart = draw("svg", {
    "class": "bars", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img",
    "aria-label": say("bars_label", { weeks: rows.length, cases: total("cases"), rebounds: total("rebounds"), fixes: total("closures"), most }),
  });
  const room = BASE - 14;
  chart.append(
    draw("line", { "class": "bars-line", x1: 0, x2: WIDE, y1: BASE - room, y2: BASE - room }),
    draw("text", { "class": "bars-text", x: 0, y: BASE - room - 3 }, String(most)),
    draw("line", { "class": "bars-base", x1: 0, x2: WIDE, y1: BASE + 0.5, y2: BASE + 0.5 }),
  );
  let before = null;
  rows.forEach((row, index) => {
    const x = index * step;
    const bar = (count, from, name) => draw("rect", { "class": name, x: x.toFixed(2), width: Math.max(1, step - 1.5).toFixed(2),
      y: (BASE - (room * (from + count)) / most).toFixed(2), height: ((room * count) / most).toFixed(2) });
    const back = Math.min(row.rebounds || 0, row.cases);
    const week = draw("g", {}, draw("title", {}, say("bars_week", {
      week: weekLabel(row.week, thisYear), cases: row.cases, rebounds: row.rebounds || 0, fixes: row.closures || 0,
    })), draw("rect", { x: x.toFixed(2), y: 0, width: step.toFixed(2), height: HIGH, fill: "transparent" }));
    if (row.cases - back > 0) week.append(bar(row.cases - back, back, "bar-new"));
    if (back > 0) week.append(bar(back, 0, "bar-back"));
    if (row.closures) week.append(draw("circle", { "class": "bar-fix", cx: (x + step / 2 - 0.5).toFixed(2), cy: BASE + 6, r: Math.min(2.4, step / 2.6).toFixed(2) }));
    chart.append(week);
    const month = new Date(mondayOf(row.week).getTime() + 6 * 86400000);
    if (index && month.getUTCMonth() !== before && month.getUTCMonth() % 3 === 0 && x < WIDE - 24) {
      chart.append(draw("text", { "class": "bars-text", x: x.toFixed(1), y: HIGH - 2 }, monthName(month)));
    }
    before = month.getUTCMonth();
  });
  return chart;
}
