// The ground and a few areas, for maps that show no others: only these are asked for, the streets
// come by tiles.

import { read } from "../base/api.js";
import { drawGround } from "./ground.js";
import { readIndex } from "./known.js";
import { boundsTold } from "./make.js";

// Draws the ground; gives the areas, the ground, and the names on it.
/** @param {L.Map} map @param {string[]} ids */
export async function drawFew(map, ids) {
  const query = new URLSearchParams(ids.map((id) => ["id", id]));
  const [areas, ground] = await Promise.all([
    read(`/api/areas/shapes.geojson?${query}`),
    read("/api/ground.geojson"),
  ]);
  const names = drawGround(map, ground);
  readIndex().then((known) => names.nameAreas(known));
  import("./streets.js").then((module) => module.drawStreets(map, boundsTold()));
  /** @type {Map<string, Feature>} */
  const byId = new Map(areas.features.map((/** @type {Feature} */ one) => [String(one.id), one]));
  return { byId, ground, names };
}
