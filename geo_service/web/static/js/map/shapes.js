// Areas drawn from their shapes, which came all at once: polygons on one canvas; a step of the week
// changes only those whose class changed.

import { hatched, Looks } from "./dress.js";
import { canvasOn } from "./floors.js";
import { knownByShapes } from "./known.js";

/** @typedef {L.Polygon & {feature: Feature, place: number, key: string}} Shape */

/** @param {L.Map} map @param {Feature[]} features @param {string[]} kinds finest first */
export function shapesOn(map, features, kinds) {
  const looks = new Looks(hatched());
  const renderer = canvasOn(map, "areas", 400, true);
  const plain = { renderer, pane: "areas", stroke: false, fill: false, smoothFactor: 0.5 };
  /** @type {Shape[]} */
  const shapes = features.map((feature, place) => {
    const shape = L.GeoJSON.geometryToLayer(feature, { ...plain, bubblingMouseEvents: false });
    return Object.assign(/** @type {any} */ (shape), { feature, place, key: "" });
  });
  // Coarse first: what is finer lies on top and is hit first.
  const order = new Map(kinds.map((kind, at) => [kind, at]));
  const coarse = (/** @type {Shape} */ { feature }) =>
    order.get(feature.properties.kind) ?? kinds.length;
  const coarseFirst = [...shapes].sort((one, other) => coarse(other) - coarse(one));
  const group = L.featureGroup(coarseFirst);
  return boardOf(map, looks, shapes, group);
}

/** @param {L.Map} map @param {Looks} looks @param {Shape[]} shapes @param {L.FeatureGroup} group */
function boardOf(map, looks, shapes, group) {
  /** @type {KeysAt | null} */
  let keysAt = null;
  const over = L.layerGroup().addTo(map);
  const onTop = { renderer: canvasOn(map, "marks", 410), pane: "marks", interactive: false };
  const restyle = () => {
    const keyOf = keysAt?.(map.getZoom());
    for (const shape of keyOf ? shapes : []) {
      const key = keyOf?.(shape.place, shape.feature.properties.kind) ?? "";
      if (shape.key === key) continue;
      shape.key = key;
      shape.options.interactive = key !== "away";
      shape.setStyle(looks.of(key || "away"));
    }
  };
  map.on("zoomend", restyle);

  const known = knownByShapes(
    shapes.map(({ feature }) => feature),
    (place) => shapes[place].getBounds(),
  );
  /** @type {Board} */
  const board = {
    looks,
    whenPainted: async () => {},
    whenKnown: async () => known,
    paint: (asked) => {
      keysAt = asked;
      restyle();
      group.addTo(map);
    },
    mark: (marks) => {
      over.clearLayers();
      for (const [place, some] of marks) {
        for (const look of some) {
          const { feature } = shapes[place];
          over.addLayer(L.GeoJSON.geometryToLayer(feature, { ...onTop, ...look }));
        }
      }
    },
    // One listener for all: the group hears what its layers hear.
    listen: ({ over, out, press }) => {
      const place = (/** @type {any} */ { layer, propagatedFrom }) =>
        (layer ?? propagatedFrom).place;
      const moved = (/** @type {any} */ event) => over(place(event), event.latlng);
      group.on({ mouseover: moved, mousemove: moved, mouseout: out });
      group.on("click", (event) => press(place(event)));
    },
  };
  return board;
}
