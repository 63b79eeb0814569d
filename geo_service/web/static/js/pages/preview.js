// The first rows of a file on a map, before any is kept: taken, doubted, rejected.

import { find, make } from "../base/dom.js";
import { COLOURS } from "../base/looks.js";
import { drawFew } from "../map/few.js";
import { canvasOn } from "../map/floors.js";
import { makeMap } from "../map/make.js";

/** @type {Record<string, string>} */
const INKS = { kept: COLOURS.accent, doubted: COLOURS.fixed, rejected: COLOURS.overdue };
const map = makeMap();
const floor = { renderer: canvasOn(map, "areas", 400, true), pane: "areas" };
const shown = L.geoJSON(JSON.parse(find(".preview-map").dataset.shown ?? ""), {
  ...floor,
  style: (one) => ({ color: INKS[one?.properties.state], weight: 2 }),
  pointToLayer: (_, at) => L.circleMarker(at, { ...floor, radius: 6 }),
  onEachFeature: ({ properties: { told, reason } }, one) =>
    one.bindTooltip(() => make("span", {}, told, reason && ` · ${reason}`), { sticky: true }),
}).addTo(map);
map.fitBounds(shown.getBounds(), { padding: [24, 24], maxZoom: 16, animate: false });
drawFew(map, []).catch(() => {});
