// The first ten of the list on the map: their place in it, and from close by their name.

import { dataName, make } from "../base/dom.js";
import { floor, OUTLINED_FROM } from "./floors.js";
import { around } from "./spots.js";

const SHOWN = 10;
const SHOWN_SMALL = 5; // on a phone's map
const SMALL = 480;
const SIZE = 20;
export const BACK = "↺"; // hot by its rebounds

// A number on the map, whose floor `badges` exists.
/** @param {L.Map} map @param {L.LatLngExpression} at @param {number | string} rank */
export function badge(map, at, rank) {
  const number = make("span.badge-rank", {}, String(rank));
  const label = make("span.badge", {}, number);
  const icon = L.divIcon({ html: label, className: "badge-icon", iconSize: [SIZE, SIZE] });
  const marker = L.marker(at, { icon, pane: "badges", interactive: false, keyboard: false });
  const box = () => around(map.latLngToContainerPoint(marker.getLatLng()), SIZE);
  return { marker: marker.addTo(map), label, number, box };
}

export class Badges {
  /** @param {L.Map} map @param {Areas} areas */
  constructor(map, areas) {
    this.map = map;
    this.areas = areas;
    /** @type {(ReturnType<typeof badge> & {row: Row})[]} */
    this.shown = [];
    floor(map, "badges", 600);
  }

  /** @param {Row[]} rows @param {string} chosen */
  show(rows, chosen) {
    for (const { marker } of this.shown) marker.remove();
    this.shown = [];
    const { x: width, y: height } = this.map.getSize();
    const most = Math.min(width, height) < SMALL ? SHOWN_SMALL : SHOWN;
    for (const [index, row] of rows.slice(0, most).entries()) {
      const middle = this.areas.about(row.area_id)?.middle;
      if (!middle) continue;
      const one = badge(this.map, middle, index + 1);
      if (this.map.getZoom() >= OUTLINED_FROM) {
        one.label.append(dataName(row.name || row.area_id, "span.badge-name"));
      }
      one.label.classList.toggle("given", Boolean(row.given));
      one.label.classList.toggle("hot", Boolean(row.hot));
      if (row.hot_rebound) one.number.after(make("span.badge-back", {}, BACK));
      this.shown.push({ ...one, row });
    }
    this.choose(chosen);
    this.ring();
  }

  /** A badge is larger than most areas: it wears the colour that it hides. */
  ring() {
    const { colours, strongFrom } = this.areas.scale;
    for (const { number, row } of this.shown) {
      const index = this.areas.classOf(row.area_id);
      number.style.boxShadow = index >= strongFrom ? `0 0 0 4px ${colours[index]}` : "";
    }
  }

  /** @param {string} id */
  choose(id) {
    for (const { label, row } of this.shown) label.classList.toggle("chosen", row.area_id === id);
  }

  boxes() {
    return this.shown.map(({ box }) => box());
  }
}
