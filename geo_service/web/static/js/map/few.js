// The ground and a few areas, for maps that show no others: where there are very many areas, only
// these are asked for, and the streets come by tiles.

import { read } from "../base/api.js";
import { drawGround } from "./ground.js";
import { byTiles } from "./make.js";

// Draws the ground; gives the areas, the ground, and the names on it.
/** @param {L.Map} map @param {string[]} ids */
export async function drawFew(map, ids) {
  const told = byTiles();
  const some = `/api/areas/shapes.geojson?${new URLSearchParams(ids.map((id) => ["id", id]))}`;
  const [areas, ground] = await Promise.all([
    read(told ? some : "/api/areas.geojson"),
    read("/api/ground.geojson"),
  ]);
  const names = drawGround(map, ground, areas);
  if (told) import("./streets.js").then((module) => module.drawStreets(map, told.bounds));
  /** @type {Map<string, Feature>} */
  const byId = new Map(areas.features.map((/** @type {Feature} */ one) => [String(one.id), one]));
  return { byId, ground, names, told };
}
