// The empty map of a page, over the district; its operator's own tiles below it where there are.

import { find } from "../base/dom.js";
import { say } from "../base/say.js";

/** What the page says of its map. */
function told() {
  const { bounds = "", tileUrl, attribution = "", areaTiles } = find("#map").dataset;
  const [west, south, east, north] = /** @type {number[]} */ (JSON.parse(bounds));
  return { box: L.latLngBounds([south, west], [north, east]), tileUrl, attribution, areaTiles };
}

// What a page must know to show areas by tiles; null where they come all at once.
/** @returns {ByTiles | null} */
export function byTiles() {
  const { areaTiles } = told();
  return areaTiles ? JSON.parse(areaTiles) : null;
}

export function makeMap() {
  const { box, tileUrl, attribution } = told();
  const place = find("#map");
  const map = L.map(place, {
    fadeAnimation: false,
    preferCanvas: true,
    zoomControl: false,
    zoomSnap: 0.25, // a district should fill its frame, not the half of it
  });
  map.attributionControl.setPrefix(false);
  L.control.scale().addTo(map);
  const titles = { zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") };
  L.control.zoom({ position: "bottomright", ...titles }).addTo(map);
  if (tileUrl) {
    const said = attribution.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
    L.tileLayer(tileUrl, { attribution: said }).addTo(map);
  }
  map.fitBounds(box, { animate: false });
  // Leaflet gives the map the focus when it is pressed; only a keyboard needs to see where it is.
  place.addEventListener("pointerdown", () => place.classList.add("pressed"), true);
  place.addEventListener("keydown", () => place.classList.remove("pressed"), true);
  Object.assign(window, { geoServiceMap: map }); // for whoever looks at the page from outside
  return map;
}
