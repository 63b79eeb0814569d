// Areas for maps that show only a few of them: these few, and the streets as ground. All of them
// where they come at once, by tiles where there are very many.

import { read } from "./api.js";
import { STREET } from "./looks.js";
import { floor } from "./panes.js";
import { TileBoard } from "./tileboard.js";
import { tiled } from "./tileload.js";

export function readAreas(ids) {
  if (!tiled()) return read("/api/areas.geojson");
  return read(`/api/areas/shapes.geojson?${new URLSearchParams(ids.map((id) => ["id", id]))}`);
}

// To be called before what lies upon it is drawn.
export function drawStreets(map) {
  const told = tiled();
  if (!told) return;
  floor(map, "streets", 255);
  const isStreet = (tile, one) => (tile.kinds[tile.kind[one]] === "street" ? "street" : "");
  new TileBoard("areas", { pane: "streets", bounds: told.bounds, keysAt: () => isStreet, lookOf: () => STREET }).addTo(map);
}
