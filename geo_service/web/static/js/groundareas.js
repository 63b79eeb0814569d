// Areas for maps that show only a few of them: these few, and the streets as ground. All of them
// where they come at once, by tiles where there are very many.

import { read } from "./api.js";
import { STREET } from "./looks.js";
import { floor } from "./panes.js";
import { TileBoard } from "./tileboard.js";
import { TileLoad, tiled } from "./tileload.js";

export function readAreas(ids) {
  if (!tiled()) return read("/api/areas.geojson");
  return read(`/api/areas/shapes.geojson?${new URLSearchParams(ids.map((id) => ["id", id]))}`);
}

// The streets of a city shown by tiles, just above the rest of the ground.
export function streetsOn(map, load, bounds, keysAt) {
  floor(map, "streets", 255);
  return new TileBoard(load, { pane: "streets", bounds, keysAt, lookOf: () => STREET }).addTo(map);
}

export function allStreets() {
  return (tile, one) => (tile.kinds[tile.kind[one]] === "street" ? "street" : "");
}

export function drawStreets(map) {
  const told = tiled();
  if (told) streetsOn(map, new TileLoad("areas"), told.bounds, allStreets);
}
