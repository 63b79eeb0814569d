// Which part of the district the map shows: kept in the address, set by the filters and a button.

import { calm, find } from "../base/dom.js";
import { idOf } from "../map/ground.js";

/** @typedef {L.LatLngBounds} Home */

/** @param {L.Map} map @param {string} at latitude, longitude, zoom, or empty @param {Home} home */
export function goTo(map, at, home) {
  const [lat, lon, zoom] = at.split(",").map(Number);
  const good = at !== "" && [lat, lon, zoom].every(Number.isFinite);
  if (good) map.setView([lat, lon], zoom, { animate: false });
  else if (home.isValid()) map.fitBounds(home, { ...room(), animate: false });
}

// On a phone buttons lie over the map's upper edge.
function room() {
  const small = matchMedia("(max-width: 760px)").matches;
  return small ? { paddingTopLeft: L.point(4, 48) } : {};
}

/** @param {L.Map} map */
export function boxOf(map) {
  const edges = map.getBounds().toBBoxString().split(",");
  return edges.map((edge) => Number(edge).toFixed(5)).join(",");
}

/** @param {L.Map} map @param {L.LatLngBounds} box */
export function bringIntoSight(map, box) {
  if (!map.getBounds().contains(box)) map.panTo(box.getCenter(), { animate: !calm() });
}

/** @param {L.Map} map @param {Choice} choice @param {Home} home @param {Collection} ground */
export function setUpPlace(map, choice, home, ground) {
  const whole = home.isValid() ? home : map.getBounds();
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    choice.choose({ at: `${lat.toFixed(5)},${lng.toFixed(5)},${map.getZoom()}` });
  });
  find(".whole-button").addEventListener("click", () => {
    map.fitBounds(whole, { ...room(), animate: !calm() });
  });
  choice.whenChosen(({ subdistrict }, changed) => {
    const feature = ground.features.find((one) => idOf(one) === subdistrict);
    if (!changed.has("subdistrict") || !feature) return;
    map.fitBounds(L.geoJSON(feature).getBounds(), { animate: !calm() });
  });
}
