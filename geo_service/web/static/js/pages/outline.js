// The shape of an area: corners by clicks, the last one taken back, written into the form.

import { find } from "../base/dom.js";
import { COLOURS } from "../base/looks.js";
import { drawFew } from "../map/few.js";
import { canvasOn } from "../map/floors.js";
import { makeMap } from "../map/make.js";

const DIGITS = 7;
const map = makeMap();
const floor = { renderer: canvasOn(map, "areas", 400, true), pane: "areas", interactive: false };
const drawn = L.polygon([], { ...floor, color: COLOURS.accent, weight: 3 }).addTo(map);
const field = find("[name=geometry]", HTMLTextAreaElement);
const { area = "" } = find(".outline-map").dataset;
/** @type {L.LatLng[]} */
const corners = [];

function show() {
  drawn.setLatLngs(corners);
  const short = (/** @type {number} */ value) => Number(value.toFixed(DIGITS));
  const ring = corners.map(({ lng, lat }) => [short(lng), short(lat)]);
  const whole = { type: "Polygon", coordinates: [[...ring, ring[0]]] };
  field.value = corners.length > 2 ? JSON.stringify(whole) : "";
}

map.on("click", ({ latlng }) => {
  corners.push(latlng.wrap());
  show();
});
find(".corner-back").addEventListener("click", () => {
  corners.pop();
  show();
});
find("details.row-details", HTMLDetailsElement).addEventListener("toggle", () =>
  map.invalidateSize(),
);
drawFew(map, area ? [area] : [])
  .then(({ byId }) => {
    const shown = L.geoJSON([...byId.values()], {
      ...floor,
      style: { color: COLOURS.edge, weight: 2 },
    });
    shown.addTo(map);
    if (byId.size) map.fitBounds(shown.getBounds(), { padding: [48, 48], animate: false });
  })
  .catch(() => {});
