// What is known of areas besides how they are drawn: from their shapes, or from the index of a
// large city, which has all but the shapes.

import { read } from "../base/api.js";

/** @param {Feature[]} features @param {Known["boundsOf"]} boundsOf @returns {Known} */
export function knownByShapes(features, boundsOf) {
  const places = new Map(features.map(({ id }, place) => [String(id), place]));
  return {
    count: features.length,
    boundsOf,
    placeOf: (id) => places.get(id) ?? -1,
    idOf: (place) => String(features[place].id),
    propertiesOf: (place) => features[place].properties,
    middleOf: (place) => innerOf(features[place]),
    within: (subdistrict) =>
      Uint8Array.from(features, ({ properties }) => Number(properties.subdistrict === subdistrict)),
  };
}

/** A point inside, as the service found it. @param {Feature} feature */
export function innerOf({ properties: { inner_lat, inner_lon } }) {
  return L.latLng(inner_lat, inner_lon);
}

/** @param {Columns} columns @returns {Known} */
export function knownByIndex(columns) {
  const { ids, names, kinds, kind, subdistricts, subdistrict, origin, unit, boxes } = columns;
  const places = new Map(ids.map((id, place) => [id, place]));
  const point = (/** @type {number} */ x, /** @type {number} */ y) =>
    L.latLng(origin[1] + y * unit, origin[0] + x * unit);
  return {
    count: ids.length,
    placeOf: (id) => places.get(id) ?? -1,
    idOf: (place) => ids[place],
    propertiesOf: (place) => {
      const where = columns.subdistrict_names[subdistrict[place]] ?? null;
      return { name: names[place], kind: kinds[kind[place]], subdistrict_name: where };
    },
    boundsOf: (place) => {
      const [west, south, east, north] = boxes.slice(4 * place, 4 * place + 4);
      return L.latLngBounds(point(west, south), point(east, north));
    },
    middleOf: (place) => point(columns.inner[2 * place], columns.inner[2 * place + 1]),
    within: (id) => {
      const wanted = subdistricts.indexOf(id);
      return Uint8Array.from(subdistrict, (where) => Number(where === wanted));
    },
  };
}

export async function readIndex() {
  return knownByIndex(await read("/api/areas/index.json"));
}
