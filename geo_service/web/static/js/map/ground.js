// The quiet ground: subdistricts, river, streets. Drawn once, never pressed.

import { COLOURS } from "../base/looks.js";
import { canvasOn } from "./floors.js";
import { Names, WATER } from "./names.js";

// Of the areas that are given the streets are ground too.
/** @param {L.Map} map @param {Collection} ground @param {Feature[]} areas */
export function drawGround(map, ground, areas = []) {
  const renderer = canvasOn(map, "ground", 250);
  const common = { renderer, pane: "ground", interactive: false };
  /** @param {string[]} kinds */
  const of = (...kinds) =>
    ground.features.filter(({ properties }) => kinds.includes(properties.kind));
  const subdistricts = of("subdistrict");
  const water = of(...WATER);
  map.getContainer().style.background = COLOURS.beyond;
  /** @type {(features: Feature[], style: L.PathOptions) => void} */
  const draw = (features, style) => {
    const given = { ...common, style: { ...common, ...style } };
    L.geoJSON(features, given).addTo(map);
  };
  if (!map.getContainer().dataset.tileUrl) {
    const streets = areas.filter(({ properties }) => properties.kind === "street");
    const line = { color: COLOURS.street, fillColor: COLOURS.street, fillOpacity: 1 };
    const wet = { color: COLOURS.water, fillColor: COLOURS.water, fillOpacity: 1 };
    draw(subdistricts, { stroke: false, fillColor: COLOURS.ground, fillOpacity: 1 });
    draw(water, { ...wet, weight: 1 });
    draw(streets, { ...line, weight: 2 });
    draw(of("railway"), { color: COLOURS.border, weight: 1.5, fill: false });
    draw(of("railway"), { color: COLOURS.ground, weight: 1, dashArray: "6 6", fill: false });
    draw(of("bridge"), { color: COLOURS.street, weight: 3, fill: false });
  }
  const border = { color: COLOURS.border, weight: 1, opacity: 0.9, dashArray: "2 4" };
  draw(subdistricts, { ...border, fill: false });
  return new Names(map, [...subdistricts, ...water]);
}

/** @param {Collection} ground */
export function boundsOf(ground) {
  const filter = (/** @type {Feature} */ { properties }) => properties.kind === "subdistrict";
  return L.geoJSON(ground, { filter }).getBounds();
}

/** @param {Feature} feature */
export function idOf(feature) {
  return String(feature.id ?? feature.properties.area_id);
}

/** @param {Feature} feature */
export function nameOf(feature) {
  return feature.properties.name || idOf(feature);
}
