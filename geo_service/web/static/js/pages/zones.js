// Zones above the list: hot areas that touch, each named by its worst one.

import { dataName, make } from "../base/dom.js";
import { named, number, say } from "../base/say.js";

const SHOWN = 5;

/** @param {HTMLElement} place @param {Feature[]} features @param {ZonesTold} told */
export function showZones(place, features, { onOpen, onPoint }) {
  const rows = features.slice(0, SHOWN).map((feature) => {
    const zone = feature.properties;
    const point = (/** @type {boolean} */ on) => () => {
      for (const id of zone.area_ids) onPoint(id, on);
    };
    const counts = { cases: number(zone.cases), expected: number(Math.round(zone.expected)) };
    const [of, came] = zone.record ?? [];
    const record = of ? ` · ${say("zone_record", { of: number(of), came: number(came) })}` : "";
    const open = make(
      "button.quiet.zone-open",
      { type: "button", onclick: () => onOpen(feature) },
      dataName(named(zone), "b"),
      make("span.quiet-text", {}, say("zone_cases", counts) + record),
    );
    const pointing = { onmouseenter: point(true), onmouseleave: point(false) };
    return make("li.zone", { "data-testid": "zone", ...pointing }, open);
  });
  place.hidden = !rows.length;
  place.replaceChildren(...rows);
}
