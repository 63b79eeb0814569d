// By which day how many problems are back: here and in the whole district, with how many are still watched.

import { draw } from "./dom.js";
import { percent, number, say } from "./say.js";

const WIDE = 320;
const HIGH = 138;
const LEFT = 30;
const TOP = 8;
const BASE = 92; // where the days stand; below it how many are still watched

export function returnCurve({ days, area, district, estimate, at_risk_days: marks }) {
  const last = days[days.length - 1];
  const most = Math.max(0.1, ...area.back, ...district.back, estimate?.high ?? 0);
  const top = Math.ceil(most * 10) / 10;
  const x = (day) => LEFT + ((WIDE - LEFT - 8) * day) / last;
  const y = (share) => BASE - ((BASE - TOP) * share) / top;
  const line = (name, back) => draw("polyline", { "class": name,
    points: [[0, 0], ...back.map((share, index) => [days[index], share])].map(([day, share]) => `${x(day).toFixed(1)},${y(share).toFixed(1)}`).join(" ") });
  const here = area.back[days.indexOf(30)];
  const chart = draw("svg", { "class": "bars curve", "data-testid": "return-curve", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img",
    "aria-label": say("curve_label", { here: percent(here), district: percent(district.back[days.indexOf(30)]) }) });
  for (const share of [0, top / 2, top]) {
    chart.append(draw("line", { "class": share ? "bars-line" : "bars-base", x1: LEFT, x2: WIDE - 8, y1: y(share), y2: y(share) }),
      draw("text", { "class": "bars-text end", x: LEFT - 4, y: y(share) + 3 }, percent(share)));
  }
  marks.forEach((day, index) => chart.append(
    draw("text", { "class": "bars-text middle", x: x(day), y: BASE + 13 }, number(day)),
    draw("text", { "class": "bars-text middle", x: x(day), y: BASE + 43 }, number(area.at_risk[index]))));
  chart.append(draw("text", { "class": "bars-text", x: 0, y: BASE + 30 }, say("curve_at_risk")),
    draw("text", { "class": "bars-text end", x: LEFT - 6, y: BASE + 13 }, say("curve_days")),
    line("curve-district", district.back), line("curve-here", area.back));
  if (estimate) {
    chart.append(draw("line", { "class": "curve-range", x1: x(30), x2: x(30), y1: y(estimate.low), y2: y(estimate.high) }),
      draw("circle", { "class": "curve-dot", cx: x(30), cy: y(estimate.p_rebound_30), r: 4 }));
  }
  return chart;
}
