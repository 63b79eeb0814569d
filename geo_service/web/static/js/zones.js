// Zones above the list: hot areas that touch, each named by its worst one.

import { dataName, make } from "./dom.js";
import { named, number, say } from "./say.js";

const SHOWN = 5;

export function showZones(place, features, { onOpen, onPoint }) {
  const zones = features.slice(0, SHOWN).map((feature) => feature.properties);
  place.hidden = !zones.length;
  place.replaceChildren(...zones.map((zone) => {
    const point = (on) => () => zone.area_ids.forEach((id) => onPoint(id, on));
    return make("li", { "class": "zone", "data-testid": "zone", onmouseenter: point(true), onmouseleave: point(false) },
      make("button", { type: "button", "class": "quiet zone-open", onclick: () => onOpen(zone) },
        dataName(named(zone), "b"),
        make("span", { "class": "quiet-text" }, say("zone_cases", { cases: number(zone.cases), expected: number(Math.round(zone.expected)) }))));
  }));
}

export function boundsOfZone(features, zone) {
  const feature = features.find((candidate) => candidate.properties.zone_id === zone.zone_id);
  return window.L.geoJSON(feature).getBounds();
}
