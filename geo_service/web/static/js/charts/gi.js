// Half a year of Gi*, up where cases crowd and down where they are rare; coloured where that is no
// chance.

import { draw } from "../base/dom.js";
import { say } from "../base/say.js";
import { weekLabel } from "../base/weeks.js";
import { box } from "./box.js";

const WIDE = 320;
const HIGH = 44;

/** @param {GiWeek[]} series */
export function giBars(series) {
  const most = Math.max(3, ...series.map(({ z }) => Math.abs(z ?? 0)));
  const low = Math.max(0.5, ...series.map(({ z }) => -(z ?? 0)));
  const scale = HIGH / (most + low);
  const base = most * scale;
  const step = WIDE / series.length;
  const count = (/** @type {number} */ mark) => series.filter((week) => week.mark === mark).length;
  const label = say("gi_label", { weeks: series.length, hot: count(1), cold: count(-1) });
  const line = { x1: 0, x2: WIDE, y1: base.toFixed(1), y2: base.toFixed(1) };
  const bars = series.map(({ week, z, mark }, index) => {
    if (z == null) return null;
    const [above, high] = [Math.max(z, 0) * scale, Math.max(0.8, Math.abs(z) * scale)];
    const size = box(index * step, base - above, step - 2, high);
    const title = draw("title", {}, say("gi_week", { week: weekLabel(week), z: z.toFixed(1) }));
    return draw(mark > 0 ? "rect.gi-hot" : mark < 0 ? "rect.gi-cold" : "rect.gi-none", size, title);
  });
  return draw(
    "svg.bars.gi",
    {
      ...{ "data-testid": "gi-series", viewBox: `0 0 ${WIDE} ${HIGH}` },
      ...{ role: "img", "aria-label": label },
    },
    draw("line.bars-base", line),
    ...bars,
  );
}
