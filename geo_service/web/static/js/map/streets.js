// The streets of a city shown by tiles, just above the rest of the ground.

import { STREET } from "./dress.js";
import { floor } from "./floors.js";
import { TileBoard } from "./tileboard.js";
import { TileStore } from "./tilestore.js";

/** @param {L.Map} map @param {Bounds} bounds @param {TileStore} store */
export function drawStreets(map, bounds, store = new TileStore("areas")) {
  if (map.getContainer().dataset.tileUrl) return; // the operator's own tiles have them
  floor(map, "streets", 255);
  const board = new TileBoard(map, store, "streets", bounds, () => [STREET]);
  board.repaint(() => (tile, one) => (tile.kinds[one] === "street" ? "street" : ""));
}
