// Names of the ground, which give way: to badges of the list, and to each other.

import { dataName } from "../base/dom.js";
import { floor } from "./floors.js";
import { innerOf } from "./known.js";
import { freeSpot } from "./spots.js";

export const WATER = ["river", "water", "lake"];
const GAP = 4;

export class Names {
  /** @param {L.Map} map @param {Feature[]} features */
  constructor(map, features) {
    this.map = map;
    /** @type {() => Box[]} what names must not cover */
    this.avoided = () => [];
    floor(map, "names", 450);
    this.labels = features
      .filter(({ properties }) => properties.name)
      .map((feature) => this.label(feature))
      .sort((one, other) => other.size - one.size);
    map.on("zoomend moveend resize", () => this.arrange());
    this.arrange();
  }

  /** @param {Feature} feature */
  label(feature) {
    const { name, kind } = feature.properties;
    const box = L.geoJSON(feature).getBounds();
    const text = dataName(name, `span.ground-name${WATER.includes(kind) ? ".water-name" : ""}`);
    const icon = L.divIcon({ html: text, className: "ground-label", iconSize: [0, 0] });
    const at = innerOf(feature);
    const marker = L.marker(at, { icon, pane: "names", interactive: false, keyboard: false });
    marker.addTo(this.map);
    return { marker, text, box, size: box.getNorthEast().distanceTo(box.getSouthWest()) };
  }

  arrange() {
    const taken = this.avoided();
    for (const { marker, text, box } of this.labels) {
      const corner = this.map.latLngToContainerPoint(box.getNorthWest());
      const room = this.map.latLngToContainerPoint(box.getSouthEast()).subtract(corner);
      const size = { width: text.offsetWidth + GAP, height: text.offsetHeight + GAP };
      const at = this.map.latLngToContainerPoint(marker.getLatLng());
      const spot = room.x > size.width * 0.8 ? freeSpot(at, size, taken) : null;
      text.style.visibility = spot ? "visible" : "hidden"; // keeps its size, to be measured
      if (!spot) continue;
      const down = Math.round(spot.top + size.height / 2 - at.y);
      text.style.transform = `translate(-50%, calc(-50% + ${down}px))`;
      taken.push(spot);
    }
  }
}
