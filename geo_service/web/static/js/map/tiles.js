// The areas of a large city, drawn from tiles.

import { hatched, Looks } from "./dress.js";
import { floor } from "./floors.js";
import { readIndex } from "./known.js";
import { pick } from "./pick.js";
import { drawStreets } from "./streets.js";
import { TileBoard } from "./tileboard.js";
import { TileStore } from "./tilestore.js";

const REACH = 6; // px beside a thin alley that still mean it

/** @param {L.Map} map @param {ByTiles} told @param {(error: unknown) => void} onTrouble */
export function tilesOn(map, { bounds }, onTrouble) {
  const looks = new Looks(hatched());
  floor(map, "areas", 400, true);
  floor(map, "marks", 410);
  const store = new TileStore("areas", onTrouble);
  /** @type {KeysAt | null} */
  let keysAt = null;
  /** @type {Map<number, Look[]>} */
  let marked = new Map();
  drawStreets(map, bounds, store);
  const areas = new TileBoard(map, store, "areas", bounds, (key) => [looks.of(key)]);
  const lineOf = (/** @type {string} */ key) => marked.get(Number(key)) ?? [];
  const lines = new TileBoard(map, store, "marks", bounds, lineOf);

  const painted = new Promise((/** @type {(done: void) => void} */ resolve) => {
    areas.on("whole", () => resolve());
  });
  const under = (/** @type {L.LeafletMouseEvent} */ { originalEvent: { target }, latlng }) => {
    if (target instanceof Element && target.closest(".leaflet-control")) return -1;
    const keyOf = keysAt?.(map.getZoom());
    const found = pick(areas.around(latlng, REACH), ({ ids, kinds }, one) => {
      return keyOf?.(ids[one], kinds[one]) !== "away";
    });
    return found ? found.tile.ids[found.one] : -1;
  };
  /** @type {Board} */
  const board = {
    looks,
    whenPainted: () => painted,
    whenKnown: readIndex,
    paint: (asked) => {
      keysAt = asked;
      areas.repaint((zoom) => {
        const keyOf = asked(zoom);
        return (tile, one) => keyOf(tile.ids[one], tile.kinds[one]);
      });
    },
    mark: (marks) => {
      if (!marks.size && !marked.size) return;
      marked = marks;
      lines.repaint(
        () =>
          ({ ids }, one) =>
            marks.has(ids[one]) ? String(ids[one]) : "",
      );
    },
    listen: (reader) => listenOn(map, under, reader),
  };
  return board;
}

/** @param {L.Map} map @param {(event: any) => number} under @param {Reader} reader */
function listenOn(map, under, { over, out, press }) {
  map.on("click", (event) => {
    const place = under(event);
    if (place >= 0) press(place);
  });
  map.on("mousemove", (event) => {
    const dragged = /** @type {L.Handler & {moving(): boolean}} */ (map.dragging).moving();
    const place = dragged ? -1 : under(event);
    map.getContainer().classList.toggle("over-area", place >= 0);
    if (place >= 0) over(place, event.latlng);
    else out();
  });
  map.on("mouseout movestart zoomstart", out);
}
