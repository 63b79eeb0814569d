// The streets of a city shown by tiles, just above the rest of the ground.

import { STREET } from "./dress.js";
import { floor } from "./floors.js";
import { TileBoard } from "./tileboard.js";
import { TileStore } from "./tilestore.js";

/** @param {L.Map} map @param {TileStore} store @param {Bounds} bounds */
export function drawStreets(map, store, bounds) {
  const pane = floor(map, "streets", 255);
  const board = new TileBoard(map, store, "streets", bounds, () => STREET);
  board.on("load", () => {
    pane.dataset.whole = "yes";
  });
  board.repaint(() => (tile, one) => (tile.kinds[one] === "street" ? "street" : ""));
}

/** The same where nothing else is drawn of tiles. @param {L.Map} map @param {Bounds} bounds */
export function drawStreetsAlone(map, bounds) {
  drawStreets(map, new TileStore("areas"), bounds);
}
