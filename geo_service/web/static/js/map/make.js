// The empty map of a page, over the district; its operator's own tiles below it where there are.

import { find } from "../base/dom.js";
import { say } from "../base/say.js";

/** Where the district lies, as the page says. @returns {Bounds} */
export function boundsTold() {
  return JSON.parse(find("#map").dataset.bounds ?? "");
}

export function makeMap() {
  const place = find("#map");
  const { tileUrl, attribution = "" } = place.dataset;
  const [west, south, east, north] = boundsTold();
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
  map.fitBounds(L.latLngBounds([south, west], [north, east]), { animate: false });
  // Leaflet gives the map the focus when it is pressed; only a keyboard needs to see where it is.
  place.addEventListener("pointerdown", () => place.classList.add("pressed"), true);
  place.addEventListener("keydown", () => place.classList.remove("pressed"), true);
  Object.assign(window, { geoServiceMap: map }); // for whoever looks at the page from outside
  return map;
}
