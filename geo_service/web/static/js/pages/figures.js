// The figures of the chosen layer and week on the map, and what they mean in the legend.

import { read, withQuery } from "../base/api.js";
import { byTestId, find } from "../base/dom.js";
import { Scale } from "../map/classes.js";
import { Heat } from "../map/heat.js";
import { showLegend } from "../map/legend.js";

/** @param {{layer: string, week: string, category: string}} chosen */
export function valuesAddress({ layer, week, category }) {
  return withQuery(`/api/values/${layer}/${week}`, { category });
}

export class Figures {
  /** @param {Pick<Parts, "map" | "choice" | "areas" | "badges" | "there">} parts */
  constructor(parts) {
    this.parts = parts;
    this.heat = new Heat(parts.map, () => this.show());
  }

  async show() {
    const { choice, areas, badges } = this.parts;
    const { layer, category, week } = choice.now;
    const asked = valuesAddress(choice.now);
    /** @type {Values} */
    const answer = await read(asked);
    const { kind, subdistrict, ...now } = choice.now;
    if (asked !== valuesAddress(now)) return;
    this.heat.show(answer);
    const scale = new Scale(layer, this.heat.step);
    await areas.show(scale, answer, { kind, subdistrict });
    badges.ring();
    showLegend(byTestId("legend"), scale, answer);
    const frame = find(".overview");
    frame.dataset.shownOf = [category, kind, subdistrict].join(" ").trim();
    frame.dataset.shown = `${layer} ${week}`;
    this.readAhead(layer, week, category);
  }

  // The weeks beside it are asked for, so that a step of the slider waits for nothing.
  /** @param {string} layer @param {string} week @param {string} category */
  readAhead(layer, week, category) {
    const { weeks } = this.parts.there;
    const here = weeks.indexOf(week);
    for (const next of [here + 1, here - 1, here + 2]) {
      const beside = weeks[next];
      if (beside) read(valuesAddress({ layer, week: beside, category })).catch(() => {});
    }
  }
}
