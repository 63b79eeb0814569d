// The first ten of the list on the map: their place in it, and from close by their name.

import { dataName, make } from "./dom.js";
import { OUTLINED_FROM, labelsOn } from "./panes.js";
import { LAYERS, classOf } from "./ramps.js";

const L = window.L;
const SHOWN = 10;
const SHOWN_SMALL = 5; // on a phone's map
const SIZE = 20;

export class Badges {
  constructor(map, areas) {
    this.map = map;
    this.areas = areas;
    this.pane = labelsOn(map, "badges", 600);
    this.markers = [];
  }

  show(rows, chosen) {
    this.markers.forEach((marker) => marker.remove());
    this.markers = [];
    for (const [index, row] of rows.slice(0, this.map.getSize().x < 480 ? SHOWN_SMALL : SHOWN).entries()) {
      const middle = this.areas.middleOf(row.area_id);
      if (!middle) continue;
      const label = make("span", { "class": row.area_id === chosen ? "badge chosen" : "badge", "data-area": row.area_id }, make("span", { "class": "badge-rank" }, String(index + 1)));
      if (this.map.getZoom() >= OUTLINED_FROM) label.append(dataName(row.name || row.area_id, "span", { "class": "badge-name" }));
      const icon = L.divIcon({ html: label, className: "badge-icon", iconSize: [SIZE, SIZE] });
      const marker = L.marker(middle, { icon, pane: this.pane, interactive: false, keyboard: false }).addTo(this.map);
      marker.row = row;
      this.markers.push(marker);
    }
    this.ring(this.layerName);
  }

  // A badge is larger than most areas: it wears the colour that it hides.
  ring(layerName) {
    this.layerName = layerName;
    for (const marker of this.markers) {
      const { p_rebound_30: share, observed } = marker.row;
      const index = layerName === "rebound" && share != null && observed !== "no" ? classOf(layerName, share * 1000) : 0;
      const rank = marker.getElement()?.querySelector(".badge-rank");
      if (rank) rank.style.boxShadow = index > 0 ? `0 0 0 4px ${LAYERS[layerName].colours[index]}` : "";
    }
  }

  choose(id) {
    for (const marker of this.markers) {
      const badge = marker.getElement()?.querySelector(".badge");
      badge?.classList.toggle("chosen", badge.dataset.area === id);
    }
  }

  boxes() {
    return this.markers.map((marker) => {
      const at = this.map.latLngToContainerPoint(marker.getLatLng());
      return { left: at.x - SIZE / 2, top: at.y - SIZE / 2, width: SIZE, height: SIZE };
    });
  }
}
