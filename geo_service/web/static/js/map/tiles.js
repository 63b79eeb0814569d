// The areas of a large city, drawn from tiles.

import { hatched, Looks } from "./dress.js";
import { floor } from "./floors.js";
import { KnownByIndex } from "./known.js";
import { pick } from "./pick.js";
import { drawStreets } from "./streets.js";
import { TileBoard } from "./tileboard.js";
import { TileStore } from "./tilestore.js";

const REACH = 6; // px beside a thin alley that still mean it

/** @implements {Board} */
export class Tiles {
  /** @param {L.Map} map @param {ByTiles} told @param {(error: unknown) => void} onTrouble */
  constructor(map, { bounds }, onTrouble) {
    this.map = map;
    this.looks = new Looks(hatched());
    /** @type {Map<number, Look>} */
    this.marks = new Map();
    /** @type {KeysAt | null} */
    this.keysAt = null;
    const pane = floor(map, "areas", 400, true);
    const store = new TileStore("areas", onTrouble);
    drawStreets(map, store, bounds);
    this.board = new TileBoard(map, store, "areas", bounds, (key) => this.looks.of(key));
    this.over = new TileBoard(map, store, "areas", bounds, (key) => this.lookOf(key));
    this.painted = new Promise((/** @type {(done: void) => void} */ resolve) => {
      const whole = (/** @type {boolean} */ yes) => {
        pane.dataset.whole = yes ? "yes" : "no";
        if (yes && this.keysAt) resolve();
      };
      this.board.on("loading", () => whole(false));
      this.board.on("load", () => whole(true));
      this.tellWhole = () => whole(!this.board.isLoading());
    });
  }

  whenPainted() {
    return this.painted;
  }

  whenKnown() {
    return KnownByIndex.load();
  }

  /** @param {KeysAt} keysAt */
  paint(keysAt) {
    this.keysAt = keysAt;
    this.board.repaint((zoom) => {
      const keyOf = keysAt(zoom);
      return (tile, one) => keyOf(tile.ids[one], tile.kinds[one]);
    });
    this.tellWhole?.();
  }

  /** @param {Map<number, Look>} marks */
  mark(marks) {
    if (!marks.size && !this.marks.size) return;
    this.marks = marks;
    this.over.repaint(() => (tile, one) => (marks.has(tile.ids[one]) ? String(tile.ids[one]) : ""));
  }

  /** @param {string} key */
  lookOf(key) {
    return { ...this.marks.get(Number(key)), fill: false };
  }

  /** @param {Reader} reader */
  listen({ over, out, press }) {
    this.map.on("click", (event) => {
      const place = this.under(event);
      if (place >= 0) press(place);
    });
    this.map.on("mousemove", (event) => {
      const place = /** @type {L.Handler & {moving(): boolean}} */ (this.map.dragging).moving()
        ? -1
        : this.under(event);
      this.map.getContainer().classList.toggle("over-area", place >= 0);
      if (place >= 0) over(place, event.latlng);
      else out();
    });
    this.map.on("mouseout movestart zoomstart", () => out());
  }

  /** @param {L.LeafletMouseEvent} event */
  under({ originalEvent: { target }, latlng }) {
    if (target instanceof Element && target.closest(".leaflet-control")) return -1;
    const keyOf = this.keysAt?.(this.map.getZoom());
    const found = pick(this.board.around(latlng, REACH), (tile, one) => {
      return keyOf?.(tile.ids[one], tile.kinds[one]) !== "away";
    });
    return found ? found.tile.ids[found.one] : -1;
  }
}
