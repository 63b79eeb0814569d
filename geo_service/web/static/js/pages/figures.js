// The figures of the chosen layer and week on the map, and what they mean in the legend.

import { read, withQuery } from "../base/api.js";
import { byTestId, find } from "../base/dom.js";
import { Cells } from "../map/cells.js";
import { Scale } from "../map/classes.js";
import { showLegend } from "../map/legend.js";

/** @param {{layer: string, week: string, category: string}} chosen */
export function valuesAddress({ layer, week, category }) {
  return withQuery(`/api/values/${layer}/${week}`, { category });
}

export class Figures {
  /** @param {Parts} parts */
  constructor({ map, choice, areas, badges, there }) {
    this.choice = choice;
    this.areas = areas;
    this.badges = badges;
    this.weeks = there.weeks;
    this.cells = new Cells(map);
  }

  async show() {
    const { layer, category, week } = this.choice.now;
    const asked = valuesAddress(this.choice.now);
    /** @type {Values} */
    const answer = await read(asked);
    const { kind, subdistrict, ...now } = this.choice.now;
    if (asked !== valuesAddress(now)) return;
    const scale = new Scale(layer, answer.usual);
    this.cells.show(answer);
    this.badges.ring(scale);
    await this.areas.show(scale, answer, { kind, subdistrict });
    showLegend(byTestId("legend"), scale, answer);
    const frame = find(".overview");
    frame.dataset.shownOf = [category, kind, subdistrict].join(" ").trim();
    frame.dataset.shown = `${layer} ${week}`;
    this.readAhead(layer, week, category);
  }

  /**
   * The weeks beside it are asked for, so that a step of the slider waits for nothing.
   * @param {string} layer @param {string} week @param {string} category
   */
  readAhead(layer, week, category) {
    const here = this.weeks.indexOf(week);
    for (const next of [here + 1, here - 1, here + 2]) {
      const beside = this.weeks[next];
      if (beside) read(valuesAddress({ layer, week: beside, category })).catch(() => {});
    }
  }
}
