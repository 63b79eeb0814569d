// Which alley is which in a city shown by tiles: outlines, and the name where the pointer is.

import { AreaIndex } from "./areaindex.js";
import { allStreets, streetsOn } from "./groundareas.js";
import { Hint } from "./hint.js";
import { COLOURS, floor } from "./panes.js";
import { pick } from "./pick.js";
import { TileBoard } from "./tileboard.js";
import { TileLoad } from "./tileload.js";

const LINE = { stroke: true, color: COLOURS.hollow, weight: 1, opacity: 1, fill: false };
const shown = (tile, one) => tile.kinds[tile.kind[one]] !== "grid";

export function outlineByTiles(map, { bounds }) {
  const load = new TileLoad("areas");
  streetsOn(map, load, bounds, allStreets);
  floor(map, "outlines", 300);
  const board = new TileBoard(load, {
    pane: "outlines", bounds, keysAt: () => (tile, one) => (shown(tile, one) ? "line" : ""), lookOf: () => LINE,
  }).addTo(map);
  const hint = new Hint(map);
  AreaIndex.load().then((index) => {
    map.on("mousemove", (event) => {
      const found = pick(board.around(event.containerPoint, 0), shown);
      const name = found && index.propertiesOf(found.tile.ids[found.one]).name;
      if (name) hint.show(name, "", event.latlng);
      else hint.hide();
    });
    map.on("mouseout", () => hint.hide());
  }).catch(() => {});
}
