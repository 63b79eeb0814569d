// By which day how many problems are back: here and in the whole district, with how many are still
// watched.

import { draw } from "../base/dom.js";
import { number, percent, say } from "../base/say.js";

const WIDE = 320;
const HIGH = 138;
const LEFT = 30;
const RIGHT = WIDE - 8;
const TOP = 8;
const BASE = 92; // where the days stand; below it how many are still watched
const TOLD = 30; // days, of which the label speaks

/** @param {Curve & {area: Line}} curve */
export function returnCurve({ days, area, district, estimate, at_risk_days: marks }) {
  const last = days[days.length - 1];
  const most = Math.max(0.1, ...area.back, ...district.back, estimate?.high ?? 0);
  const top = Math.ceil(most * 10) / 10;
  const x = (/** @type {number} */ day) => LEFT + ((RIGHT - LEFT) * day) / last;
  const y = (/** @type {number} */ share) => BASE - ((BASE - TOP) * share) / top;
  const line = (/** @type {string} */ what, /** @type {number[]} */ back) => {
    const corners = [[0, 0], ...back.map((share, index) => [days[index], share])];
    const points = corners.map(([day, share]) => `${x(day).toFixed(1)},${y(share).toFixed(1)}`);
    return draw(what, { points: points.join(" ") });
  };
  const at = days.indexOf(TOLD);
  const label = { here: percent(area.back[at]), district: percent(district.back[at]) };
  const shares = [0, top / 2, top].flatMap((share) => {
    const across = { x1: LEFT, x2: RIGHT, y1: y(share), y2: y(share) };
    const what = share ? "line.bars-line" : "line.bars-base";
    const named = draw("text.bars-text.end", { x: LEFT - 4, y: y(share) + 3 }, percent(share));
    return [draw(what, across), named];
  });
  const watched = marks.flatMap((day, index) => [
    draw("text.bars-text.middle", { x: x(day), y: BASE + 13 }, number(day)),
    draw("text.bars-text.middle", { x: x(day), y: BASE + 43 }, number(area.at_risk[index])),
  ]);
  return draw(
    "svg.bars.curve",
    {
      ...{ "data-testid": "return-curve", viewBox: `0 0 ${WIDE} ${HIGH}` },
      ...{ role: "img", "aria-label": say("curve_label", label) },
    },
    ...shares,
    ...watched,
    draw("text.bars-text", { x: 0, y: BASE + 30 }, say("curve_at_risk")),
    draw("text.bars-text.end", { x: LEFT - 6, y: BASE + 13 }, say("curve_days")),
    line("polyline.curve-district", district.back),
    line("polyline.curve-here", area.back),
    ...(estimate ? likely(estimate, x(TOLD), y) : []),
  );
}

// What to make of so few: a range and a point.
/** @param {Estimate} estimate @param {number} x @param {(share: number) => number} y */
function likely({ low, high, p_rebound_30: share }, x, y) {
  return [
    draw("line.curve-range", { x1: x, x2: x, y1: y(low), y2: y(high) }),
    draw("circle.curve-dot", { cx: x, cy: y(share), r: 4 }),
  ];
}
