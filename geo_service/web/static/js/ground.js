// The quiet ground: subdistricts, river, streets. Drawn once, never pressed.

import { dataName } from "./dom.js";
import { COLOURS, canvasOn, hasTiles, labelsOn } from "./panes.js";
import { middleOf } from "./shapes.js";

const L = window.L;

const WATER = new Set(["river", "water", "lake"]);
const GAP = 4;

export function drawGround(map, ground, areas) {
  const tiles = hasTiles(map);
  const renderer = canvasOn(map, "ground", 250);
  const common = { renderer, pane: "ground", interactive: false };
  const of = (...kinds) => ground.features.filter((feature) => kinds.includes(feature.properties.kind));
  const parts = { subdistrict: of("subdistrict"), water: of(...WATER), railway: of("railway"), bridge: of("bridge") };
  map.getContainer().style.background = COLOURS.beyond;
  const draw = (features, style) => L.geoJSON({ type: "FeatureCollection", features }, {
    ...common, style: { ...common, ...style },
  }).addTo(map);
  if (!tiles) {
    draw(parts.subdistrict, { stroke: false, fillColor: COLOURS.ground, fillOpacity: 1 });
    draw(parts.water, { stroke: true, color: COLOURS.water, weight: 1, fillColor: COLOURS.water, fillOpacity: 1 });
    draw(areas.features.filter((feature) => feature.properties.kind === "street"), {
      color: COLOURS.street, weight: 2, fillColor: COLOURS.street, fillOpacity: 1,
    });
    draw(parts.railway, { color: COLOURS.border, weight: 1.5, fill: false });
    draw(parts.railway, { color: COLOURS.ground, weight: 1, dashArray: "6 6", fill: false });
    draw(parts.bridge, { color: COLOURS.street, weight: 3, fill: false });
  }
  draw(parts.subdistrict, { color: COLOURS.border, weight: 1, opacity: 0.9, dashArray: "2 4", fill: false });
  return new Names(map, [...parts.subdistrict, ...parts.water]);
}

export function boundsOf(ground) {
  return L.geoJSON(ground, { filter: (feature) => feature.properties.kind === "subdistrict" }).getBounds();
}

// Names that give way: to badges of the list, and to each other.
class Names {
  constructor(map, features) {
    this.map = map;
    this.avoided = () => [];
    const pane = labelsOn(map, "names", 450);
    this.labels = features.filter((feature) => feature.properties.name).map((feature) => {
      const box = L.geoJSON(feature).getBounds();
      const text = dataName(feature.properties.name, "span", {
        "class": WATER.has(feature.properties.kind) ? "ground-name water-name" : "ground-name",
      });
      const icon = L.divIcon({ html: text, className: "ground-label", iconSize: [0, 0] });
      const middle = middleOf(feature) ?? box.getCenter();
      const marker = L.marker(middle, { icon, pane, interactive: false, keyboard: false }).addTo(map);
      return { marker, text, box, size: box.getNorthEast().distanceTo(box.getSouthWest()) };
    }).sort((one, other) => other.size - one.size);
    map.on("zoomend moveend resize", () => this.arrange());
    this.arrange();
  }

  arrange() {
    const taken = this.avoided();
    for (const { marker, text, box } of this.labels) {
      const room = this.map.latLngToContainerPoint(box.getSouthEast())
        .subtract(this.map.latLngToContainerPoint(box.getNorthWest()));
      const width = text.offsetWidth + GAP;
      const height = text.offsetHeight + GAP;
      const at = this.map.latLngToContainerPoint(marker.getLatLng());
      const spot = [0, -1.2, 1.2, -2.4, 2.4].map((step) => at.add([0, step * height]))
        .map((point) => ({ left: point.x - width / 2, top: point.y - height / 2, width, height, point }))
        .find((candidate) => !taken.some((other) => overlap(candidate, other)));
      const fits = spot && room.x > width * 0.8;
      text.style.visibility = fits ? "visible" : "hidden"; // it keeps its size, to be measured again
      if (!fits) continue;
      text.style.transform = `translate(-50%, calc(-50% + ${Math.round(spot.point.y - at.y)}px))`;
      taken.push(spot);
    }
  }
}

export function overlap(one, other) {
  return one.left < other.left + other.width && other.left < one.left + one.width
    && one.top < other.top + other.height && other.top < one.top + one.height;
}
