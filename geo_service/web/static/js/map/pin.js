// A point that is put on the map by hand, or typed in: two fields and a mark.

import { find } from "../base/dom.js";
import { COLOURS } from "../base/looks.js";

const LOOK = { radius: 9, weight: 3, color: COLOURS.accent, fillOpacity: 0.4, interactive: false };

/** @param {string} text */
const typed = (text) => (text.trim() === "" ? Number.NaN : Number(text));

// The point that two texts say, latitude first; null where they say none.
/** @param {string} lon @param {string} lat @returns {[number, number] | null} */
export function pointOf(lon, lat) {
  const [x, y] = [typed(lon), typed(lat)];
  return Math.abs(x) <= 180 && Math.abs(y) <= 90 ? [y, x] : null;
}

export class Pin {
  /** @param {L.Map} map @param {() => void} onMove */
  constructor(map, onMove) {
    this.map = map;
    this.onMove = onMove;
    this.lon = find("#lon", HTMLInputElement);
    this.lat = find("#lat", HTMLInputElement);
    this.mark = L.circleMarker([0, 0], LOOK);
    for (const field of [this.lon, this.lat]) field.addEventListener("change", () => this.show());
  }

  get point() {
    return pointOf(this.lon.value, this.lat.value);
  }

  show() {
    const here = this.point;
    if (here) this.mark.setLatLng(here).addTo(this.map);
    else this.mark.remove();
    this.onMove();
  }

  /** @param {L.LatLng} latlng */
  put(latlng) {
    const { lat, lng } = latlng.wrap();
    this.lon.value = lng.toFixed(6);
    this.lat.value = lat.toFixed(6);
    this.show();
  }

  empty() {
    this.lon.value = "";
    this.lat.value = "";
    this.show();
  }
}
