// Which area is which: outlines, and the name where the pointer is. A press goes through.

import { dataName } from "../base/dom.js";
import { COLOURS } from "../base/looks.js";
import { canvasOn, floor } from "./floors.js";
import { Hint } from "./hint.js";

const LINE = { stroke: true, color: COLOURS.hollow, weight: 1, opacity: 1, fill: false };

/** @param {L.Map} map @param {Feature[]} features */
export function outline(map, features) {
  const renderer = canvasOn(map, "outlines", 300, true);
  const style = { color: COLOURS.hollow, weight: 1, fillOpacity: 0 };
  const shown = features.filter(({ properties }) => properties.kind !== "grid");
  /** @type {L.GeoJSONOptions} */
  const options = {
    ...{ renderer, pane: "outlines", style },
    onEachFeature: ({ properties: { name } }, layer) => {
      const looks = { sticky: true, className: "area-hint" };
      if (name) layer.bindTooltip(() => dataName(name), looks);
    },
  };
  L.geoJSON(shown, options).addTo(map);
}

/** The same in a city shown by tiles. @param {L.Map} map @param {ByTiles} told */
export async function outlineByTiles(map, { bounds }) {
  const [{ readIndex }, { pick }, { TileBoard }, { TileStore }] = await Promise.all([
    import("./known.js"),
    import("./pick.js"),
    import("./tileboard.js"),
    import("./tilestore.js"),
  ]);
  floor(map, "outlines", 300);
  const board = new TileBoard(map, new TileStore("areas"), "outlines", bounds, () => LINE);
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
