// Areas painted tile by tile, each at the very size at which it is shown. A tile reaches a pixel
// into its neighbours, which paint the same there, so that no seam shows at any zoom.

import { paintTile } from "./brush.js";
import { nameOf } from "./tile.js";

/** @typedef {{at: At, canvas: HTMLCanvasElement, tile: Tile | null}} Painted */

const SIDE = 256;
const HATCH = 6; // px after which the hatching repeats
const FINEST = 2; // device pixels a pixel; more cannot be told from it and takes four times as long

export class TileBoard extends L.GridLayer {
  // Boards of one map share the store; beyond the bounds no tile is asked for.
  /** @param {L.Map} map @param {TileStore} store @param {string} pane @param {Bounds} bounds
   * @param {LookOf} lookOf */
  constructor(map, store, pane, [west, south, east, north], lookOf) {
    const bounds = L.latLngBounds([south, west], [north, east]);
    super({ pane, bounds, tileSize: SIDE, keepBuffer: 1, updateWhenIdle: false });
    this.map = map;
    this.store = store;
    this.lookOf = lookOf;
    /** @type {((zoom: number) => KeyOf) | null} */
    this.keysAt = null;
    /** @type {Map<string, Painted>} */
    this.painted = new Map();
    this.dots = Math.min(FINEST, window.devicePixelRatio || 1);
    this.on("tileunload", ({ coords }) => {
      this.painted.delete(nameOf(coords));
      this.store.drop(coords);
    });
    this.on("loading load", () => this.tell());
    map.on("zoomend", () => this.repaint());
    this.addTo(map);
  }

  /** @param {At} at @param {L.DoneCallback} done */
  createTile(at, done) {
    const canvas = document.createElement("canvas");
    const frame = document.createElement("div");
    const one = { at: { z: at.z, x: at.x, y: at.y }, canvas, tile: /** @type {Tile?} */ (null) };
    canvas.style.position = "absolute";
    frame.append(canvas);
    this.painted.set(nameOf(at), one);
    this.store.take(at).then(
      (tile) => {
        one.tile = tile;
        if (this.painted.get(nameOf(at)) === one) this.paint(one);
        done(undefined, frame);
      },
      (error) => done(error, frame),
    );
    return frame;
  }

  // Everything looks different now: another week, another layer, another filter.
  /** @param {(zoom: number) => KeyOf} [keysAt] gives what names the look of a feature */
  repaint(keysAt) {
    if (keysAt) this.keysAt = keysAt;
    for (const one of this.painted.values()) this.paint(one);
    this.tell();
  }

  /** Says whether all that is in sight was painted. */
  tell() {
    const whole = Boolean(this.keysAt) && !this.isLoading();
    const pane = this.getPane();
    if (pane) pane.dataset.whole = whole ? "yes" : "no";
    if (whole) this.fire("whole");
  }

  /** @param {Painted} painted */
  paint({ at, canvas, tile }) {
    if (!tile || !this.keysAt) return;
    const { dots, map } = this;
    const zoom = map.getZoom();
    const inner = Math.round(SIDE * map.getZoomScale(zoom, at.z) * dots);
    if (at.z !== Math.round(zoom)) return; // of another zoom, and about to go
    const over = Math.ceil(dots);
    const css = (/** @type {number} */ dotted) => `${(dotted * SIDE) / inner}px`;
    const side = inner + 2 * over;
    Object.assign(canvas, { width: side, height: side });
    Object.assign(canvas.style, {
      width: css(side),
      height: css(side),
      left: css(-over),
      top: css(-over),
    });
    const pen = canvas.getContext("2d");
    if (!pen || !tile.ids.length) return;
    // The hatching begins where the world does, so that it runs on from tile to tile.
    const [x, y] = [at.x, at.y].map((n) => (n * inner - over) % (HATCH * dots));
    pen.setTransform(dots, 0, 0, dots, -x, -y);
    const to = { scale: inner / tile.extent / dots, x: (over + x) / dots, y: (over + y) / dots };
    paintTile(pen, tile, to, this.keysAt(zoom), this.lookOf);
  }

  // The tiles around a place, with the place and a reach in their units.
  /** @param {L.LatLng} latlng @param {number} reach px */
  around(latlng, reach) {
    const { map } = this;
    const z = Math.round(map.getZoom());
    const units = 1 / map.getZoomScale(map.getZoom(), z);
    const far = reach * units;
    const world = map.project(latlng, z);
    /** @type {Spot[]} */
    const found = [];
    for (const { at, tile } of this.painted.values()) {
      const [x, y] = [world.x - at.x * SIDE, world.y - at.y * SIDE];
      if (!tile || at.z !== z || Math.min(x, y) < -far || Math.max(x, y) > SIDE + far) continue;
      const fine = tile.extent / SIDE;
      found.push({ tile, x: x * fine, y: y * fine, reach: far * fine });
    }
    return found;
  }
}
