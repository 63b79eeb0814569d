// The first ten of the list on the map: their rank, and from close by their name.

import { dataName, make } from "./dom.js";
import { OUTLINED_FROM, labelsOn } from "./panes.js";

const L = window.L;
const SHOWN = 10;
const SIZE = 20;

export class Badges {
  constructor(map, areas, onOpen) {
    this.map = map;
    this.areas = areas;
    this.onOpen = onOpen;
    this.pane = labelsOn(map, "badges", 600);
    this.markers = [];
  }

  show(rows) {
    this.markers.forEach((marker) => marker.remove());
    this.markers = [];
    for (const row of rows.slice(0, SHOWN)) {
      const middle = this.areas.middleOf(row.area_id);
      if (!middle) continue;
      const label = make("span", { "class": "badge" }, make("span", { "class": "badge-rank" }, String(row.rank ?? "")));
      if (this.map.getZoom() >= OUTLINED_FROM) label.append(dataName(row.name || row.area_id, "span", { "class": "badge-name" }));
      const icon = L.divIcon({ html: label, className: "badge-icon", iconSize: [SIZE, SIZE] });
      const marker = L.marker(middle, { icon, pane: this.pane, interactive: false, keyboard: false }).addTo(this.map);
      this.markers.push(marker);
    }
  }

  boxes() {
    return this.markers.map((marker) => {
      const at = this.map.latLngToContainerPoint(marker.getLatLng());
      return { left: at.x - SIZE / 2, top: at.y - SIZE / 2, width: SIZE, height: SIZE };
    });
  }
}
