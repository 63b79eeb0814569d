// Which area is which: outlines, and the name where the pointer is. A press goes through.

import { COLOURS } from "../base/looks.js";
import { floor } from "./floors.js";
import { Hint } from "./hint.js";
import { readIndex } from "./known.js";
import { pick } from "./pick.js";
import { TileBoard } from "./tileboard.js";
import { TileStore } from "./tilestore.js";

const LINE = { stroke: true, color: COLOURS.hollow, weight: 1, opacity: 1, fill: false };

/** @param {L.Map} map @param {Bounds} bounds */
export async function outline(map, bounds) {
  floor(map, "outlines", 300);
  const board = new TileBoard(map, new TileStore("areas"), "outlines", bounds, () => [LINE]);
  /** @type {IsShown} */
  const shown = (tile, one) => tile.kinds[one] !== "grid";
  board.repaint(() => (tile, one) => (shown(tile, one) ? "line" : ""));
  const hint = new Hint(map);
  const known = await readIndex();
  map.on("mouseout", () => hint.hide());
  map.on("mousemove", ({ latlng }) => {
    const found = pick(board.around(latlng, 0), shown);
    const name = found && known.propertiesOf(found.tile.ids[found.one]).name;
    if (name) hint.show(name, "", latlng);
    else hint.hide();
  });
}
