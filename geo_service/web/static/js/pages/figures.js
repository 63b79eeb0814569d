// The figures of the chosen layer and week on the map, and what they mean in the legend.

import { read, withQuery } from "../base/api.js";
import { byTestId, find } from "../base/dom.js";
import { Scale } from "../map/classes.js";
import { Heat } from "../map/heat.js";
import { showLegend } from "../map/legend.js";

/** @param {Asked} chosen */
export function valuesAddress({ layer, week, category, days, what, weeks }) {
  const own = { density: { what, weeks }, rebound: { days } }[layer];
  return withQuery(`/api/values/${layer}/${week}`, { category, ...own });
}

export class Figures {
  /** @param {Pick<Parts, "map" | "choice" | "areas" | "badges" | "there">} parts */
  constructor(parts) {
    this.parts = parts;
    this.heat = new Heat(parts.map, () => this.show());
    /** @type {(places: Hot[]) => void} */
    this.onNamed = () => {}; // where it is hottest
  }

  async show() {
    const { choice, areas, badges } = this.parts;
    const { layer, category, week } = choice.now;
    const asked = valuesAddress(choice.now);
    /** @type {Values} */
    const answer = await read(asked);
    const { kind, subdistrict, ...now } = choice.now;
    if (asked !== valuesAddress(now)) return;
    const scale = new Scale(layer, this.heat.show(answer));
    await areas.show(scale, answer, { kind, subdistrict });
    badges.ring();
    this.onNamed(answer.named ?? []);
    showLegend(byTestId("legend"), scale, answer);
    const frame = find(".overview");
    frame.dataset.shownOf = [category, kind, subdistrict].join(" ").trim();
    frame.dataset.shown = `${layer} ${week}`;
    this.readAhead(now);
    return answer;
  }

  // The weeks beside it are asked for, so that a step of the slider waits for nothing.
  /** @param {Asked} asked */
  readAhead(asked) {
    const { weeks } = this.parts.there;
    const here = weeks.indexOf(asked.week);
    for (const next of [here + 1, here - 1, here + 2]) {
      const beside = weeks[next];
      if (beside) read(valuesAddress({ ...asked, week: beside })).catch(() => {});
    }
  }
}
