// The chosen area: its outline, its badge, its drawer.

import { read, summaryAddress } from "../base/api.js";
import { byTestId, find } from "../base/dom.js";
import { complain } from "../base/toast.js";
import { askAssign } from "./assign.js";
import { Drawer } from "./drawer.js";
import { areaBody } from "./facts.js";
import { bringIntoSight } from "./place.js";

export class OneArea {
  /** @param {Parts} parts */
  constructor(parts) {
    const { choice, there, mayAssign } = parts;
    this.parts = parts;
    this.shown = "";
    this.drawer = new Drawer(byTestId("area-drawer"), {
      ...{ kindName: there.kindName, wholePage: true, mayAssign, onAssign: askAssign },
      body: areaBody,
      onClose: () => choice.choose({ area: "" }),
    });
  }

  /** @param {boolean} moveThere */
  show(moveThere) {
    const { areas, badges, choice, setSheet } = this.parts;
    const { area, category, week } = choice.now;
    const frame = find(".overview");
    areas.choose(area);
    badges.choose(area);
    frame.dataset.drawer = area ? "open" : "closed";
    if (!area) return this.close();
    this.shown = area;
    const known = areas.about(area);
    this.drawer.open({ area_id: area, ...known }, read(summaryAddress(area, { category, week })));
    if (frame.dataset.sheet === "low") setSheet("half");
    if (moveThere) this.moveTo(area).catch(complain("read_map"));
  }

  close() {
    this.drawer.close();
    const row = document.querySelector(`.row[data-area="${CSS.escape(this.shown)}"] .row-open`);
    const from = row ?? document.querySelector(".row-open") ?? this.parts.map.getContainer();
    if (from instanceof HTMLElement) from.focus({ preventScroll: !row });
    this.shown = "";
  }

  /** @param {string} area */
  async moveTo(area) {
    const { areas, choice, map } = this.parts;
    await areas.whenNamed();
    const box = choice.now.area === area && areas.about(area)?.bounds;
    if (box) bringIntoSight(map, box);
  }
}
