// The chosen area: its outline, its badge, its drawer.

import { read, summaryAddress } from "../base/api.js";
import { byTestId, find } from "../base/dom.js";
import { couldNot } from "../base/say.js";
import { toast } from "../base/toast.js";
import { askAssign } from "./assign.js";
import { Drawer } from "./drawer.js";
import { areaBody } from "./facts.js";
import { bringIntoSight } from "./place.js";

export class OneArea {
  /** @param {Parts} parts */
  constructor({ map, choice, areas, badges, there, mayAssign, setSheet }) {
    this.map = map;
    this.choice = choice;
    this.areas = areas;
    this.badges = badges;
    this.setSheet = setSheet;
    this.shown = "";
    this.drawer = new Drawer(byTestId("area-drawer"), {
      ...{ kindName: there.kindName, wholePage: true, mayAssign, onAssign: askAssign },
      body: (facts) => areaBody(facts, there),
      onClose: () => choice.choose({ area: "" }),
    });
  }

  /** @param {boolean} moveThere */
  show(moveThere) {
    const { area, category, week } = this.choice.now;
    const frame = find(".overview");
    this.areas.choose(area);
    this.badges.choose(area);
    frame.dataset.drawer = area ? "open" : "closed";
    if (!area) {
      this.close();
      return;
    }
    this.shown = area;
    const known = { area_id: area, ...this.areas.propertiesOf(area) };
    this.drawer.open(known, read(summaryAddress(area, { category, week })));
    if (frame.dataset.sheet === "low") this.setSheet("half");
    if (moveThere) this.moveTo(area);
  }

  close() {
    this.drawer.close();
    const row = document.querySelector(`.row[data-area="${CSS.escape(this.shown)}"] .row-open`);
    const from = row ?? document.querySelector(".row-open") ?? this.map.getContainer();
    if (from instanceof HTMLElement) from.focus({ preventScroll: !row });
    this.shown = "";
  }

  /** @param {string} area */
  async moveTo(area) {
    try {
      await this.areas.whenNamed();
      const box = this.choice.now.area === area && this.areas.boundsOf(area);
      if (box) bringIntoSight(this.map, box);
    } catch (error) {
      toast(couldNot("read_map", error), { wrong: true });
    }
  }
}
