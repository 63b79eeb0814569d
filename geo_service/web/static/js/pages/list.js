// The list beside the map: zones and the worst areas of what it shows, and their badges on it.

import { read, withQuery } from "../base/api.js";
import { byTestId, calm, find, tellIn } from "../base/dom.js";
import { say } from "../base/say.js";
import { askAssign, takeBack } from "./assign.js";
import { boxOf } from "./place.js";
import { showWorst } from "./worst.js";
import { showZones } from "./zones.js";

const ROWS = 50;

export class List {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  address() {
    const { week, category, kind, subdistrict } = this.parts.choice.now;
    const query = { category, kind, subdistrict, bbox: boxOf(this.parts.map), limit: ROWS };
    return withQuery(`/api/worst/${week}`, query);
  }

  async show() {
    const { areas, badges, choice, mayAssign, names, there } = this.parts;
    const asked = this.address();
    /** @type {{rows: Row[]}} */
    const { rows } = await read(asked);
    if (asked !== this.address()) return;
    showWorst(byTestId("worst-list"), rows, {
      ...{
        kindName: there.kindName,
        mayAssign,
        onAssign: (row) => (row.given ? takeBack(row) : askAssign(row)),
      },
      onOpen: (id) => choice.choose({ area: id }),
      onPoint: (id, on) => areas.point(id, on),
    });
    const key = rows.length < ROWS ? "rows_in_view" : "rows_first";
    find(".worst-count").textContent = rows.length ? say(key, { count: rows.length }) : "";
    tellIn("#worst-empty", rows.length ? "" : say("list_empty"));
    // Where areas lie is known later than what they look like, if there are very many.
    await areas.whenPainted();
    await areas.whenNamed();
    if (asked !== this.address()) return;
    badges.show(rows, choice.now.area);
    names.arrange();
  }

  zonesAddress() {
    const { layer, category, week } = this.parts.choice.now;
    return layer === "hotspots" ? withQuery("/api/zones", { category, week }) : "";
  }

  async showZones() {
    const { areas, choice, map } = this.parts;
    const asked = this.zonesAddress();
    const { features } = asked ? await read(asked) : { features: [] };
    if (asked !== this.zonesAddress()) return;
    showZones(byTestId("zones"), features, {
      onPoint: (id, on) => areas.point(id, on),
      onOpen: (feature) => {
        const room = { animate: !calm(), maxZoom: 16 };
        map.fitBounds(L.geoJSON(feature).getBounds(), { ...room, padding: [48, 48] });
        choice.choose({ area: feature.properties.area_ids[0] });
      },
    });
  }
}
