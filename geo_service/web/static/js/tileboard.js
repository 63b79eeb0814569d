// One canvas over the map, put together from tiles. Each tile is painted once for a zoom and kept
// as a picture whose edges are whole pixels of the world, so that no seam shows at any zoom, and
// moving the map only puts pictures elsewhere.

import { nameOf } from "./tileload.js";

const L = window.L;

const SIDE = 256;
const DEEPEST = 22;
const PADDING = 0.2;
const HATCH = 6; // px after which the hatching repeats
const EDGE = 4; // px beyond its own edge that an area's lines may reach
const FINEST = 2; // device pixels a pixel; more cannot be told from it and takes four times as long

export const TileBoard = L.Renderer.extend({
  options: { pane: "areas", padding: PADDING },

  // `load` fetches; boards of one map share it. `keysAt(zoom)` gives what names the look of a feature, `(tile, one) => key`, empty for none;
  // `lookOf(key)` tells it; `onPaint` hears when all that is in sight was painted.
  initialize(load, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this.load = load;
    load.listeners.push(() => this.soon());
    this.pictures = new Map();
    this.version = 0;
    this.marks = [];
    this.dots = Math.min(FINEST, window.devicePixelRatio || 1);
  },

  getEvents() {
    return { ...L.Renderer.prototype.getEvents.call(this), move: this._follow };
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this.pen = this._container.getContext("2d");
  },

  _destroyContainer() {
    cancelAnimationFrame(this.waiting);
    this._container.remove();
    delete this._container;
  },

  // While a finger drags the map, what comes into sight is painted before it lets go.
  _follow() {
    if (this._map._animatingZoom || !this._bounds) return;
    const size = this._map.getSize();
    const corner = this._map.containerPointToLayerPoint([0, 0]);
    if (!this._bounds.contains(L.bounds(corner, corner.add(size)))) this._update();
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const { min } = this._bounds;
    const size = this._bounds.getSize();
    L.DomUtil.setPosition(this._container, min);
    const [wide, high] = [Math.round(size.x * this.dots), Math.round(size.y * this.dots)];
    if (this._container.width !== wide || this._container.height !== high) {
      Object.assign(this._container, { width: wide, height: high });
      Object.assign(this._container.style, { width: `${size.x}px`, height: `${size.y}px` });
    }
    this.wanted = this.inSight();
    this.load.want(this.wanted);
    this.compose();
  },

  // Tiles are shown on 256 to 512 pixels: few requests, and still eight units a pixel.
  tileZoom() {
    return Math.max(0, Math.min(DEEPEST, Math.floor(this._map.getZoom() + 1e-6)));
  },

  inSight() {
    const z = this.tileZoom();
    const side = SIDE * this._map.getZoomScale(this._map.getZoom(), z);
    const origin = this._map.getPixelOrigin();
    const most = 2 ** z - 1;
    const cell = (value) => Math.max(0, Math.min(most, Math.floor(value / side)));
    // Nothing lies beyond the areas' own box: not even an empty tile is asked for there.
    const [west, south, east, north] = this.options.bounds;
    const zoom = this._map.getZoom();
    const corner = this._map.project([north, west], zoom);
    const other = this._map.project([south, east], zoom);
    const sight = L.bounds(this._bounds.min.add(origin), this._bounds.max.add(origin));
    if (!sight.intersects(L.bounds(corner, other))) return [];
    const [left, right] = [cell(Math.max(sight.min.x, corner.x)), cell(Math.min(sight.max.x, other.x))];
    const [top, bottom] = [cell(Math.max(sight.min.y, corner.y)), cell(Math.min(sight.max.y, other.y))];
    const found = [];
    for (let x = left; x <= right; x += 1) for (let y = top; y <= bottom; y += 1) found.push({ z, x, y });
    const far = ({ x, y }) => Math.hypot(x - (left + right) / 2, y - (top + bottom) / 2);
    return found.sort((one, other) => far(one) - far(other));
  },

  // Where a tile lies, in whole device pixels of the world at this zoom.
  frameOf({ z, x, y }) {
    const side = SIDE * this._map.getZoomScale(this._map.getZoom(), z) * this.dots;
    const [left, top] = [Math.round(x * side), Math.round(y * side)];
    return { left, top, wide: Math.round((x + 1) * side) - left, high: Math.round((y + 1) * side) - top, side };
  },

  // Everything looks different now: another week, another layer, another filter.
  repaint() {
    this.version += 1;
    this.pictures.clear();
    if (this._bounds) this.compose();
  },

  // Lines over what is chosen or pointed at: `{ place, look }`.
  mark(marks) {
    this.marks = marks;
    this.soon();
  },

  soon() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      if (!this._map._animatingZoom) this.compose();
    });
  },

  compose() {
    const { pen } = this;
    const origin = this._bounds.min.add(this._map.getPixelOrigin()).multiplyBy(this.dots).round();
    const zoom = this._map.getZoom();
    const kept = new Map();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this._container.width, this._container.height);
    let whole = Boolean(this.options.keysAt);
    for (const at of this.wanted) {
      const sources = this.load.standIns(at);
      const name = `${zoom} ${nameOf(at)} ${sources.map((source) => nameOf(source.at)).join()}`;
      const frame = this.frameOf(at);
      const picture = this.pictures.get(name) ?? this.paint(at, frame, sources);
      kept.set(name, picture);
      if (picture) pen.drawImage(picture, frame.left - origin.x, frame.top - origin.y);
      whole = whole && sources.length === 1 && sources[0].at.z === at.z;
    }
    this.pictures = kept;
    for (const { place, look } of this.marks) this.drawMark(place, look, origin);
    if (whole) this.options.onPaint?.();
    this._container.dataset.whole = whole ? "yes" : "no";
  },

  paint(at, frame, sources) {
    if (!this.options.keysAt || !sources.some(({ tile }) => tile.ids.length)) return null;
    const picture = document.createElement("canvas");
    Object.assign(picture, { width: frame.wide, height: frame.high });
    const pen = picture.getContext("2d");
    const keyOf = this.options.keysAt(this._map.getZoom());
    for (const source of sources) {
      // The hatching begins where the world does, so that it runs on from tile to tile.
      const off = { x: frame.left % (HATCH * this.dots), y: frame.top % (HATCH * this.dots) };
      pen.setTransform(this.dots, 0, 0, this.dots, -off.x, -off.y);
      const to = this.reckon(source, { x: frame.left - off.x, y: frame.top - off.y });
      this.paintFeatures(pen, source.tile, keyOf, to, within(to, frame, this.dots));
    }
    return picture;
  },

  // From units of a tile to pixels (not the device's) from a corner given in device pixels.
  reckon({ at, tile }, corner) {
    const { side } = this.frameOf(at);
    return {
      scale: side / tile.extent / this.dots,
      x: (at.x * side - corner.x) / this.dots, y: (at.y * side - corner.y) / this.dots,
    };
  },

  // Features come coarse kinds first, and kind by kind they are painted, of each the quiet looks
  // first: one path a look, since thousands of paths would take ten times as long.
  paintFeatures(pen, tile, keyOf, to, sight) {
    for (let from = 0, end = 0; from < tile.ids.length; from = end) {
      const paths = new Map();
      for (end = from; end < tile.ids.length && tile.kind[end] === tile.kind[from]; end += 1) {
        const key = reaches(tile.boxes, end, sight) && keyOf(tile, end);
        if (!key) continue;
        if (!paths.has(key)) paths.set(key, new Path2D());
        trace(paths.get(key), tile, end, to);
      }
      for (const key of [...paths.keys()].sort()) stroke(pen, paths.get(key), this.options.lookOf(key));
    }
  },

  drawMark(place, look, origin) {
    const { pen } = this;
    for (const at of this.wanted) {
      const tile = this.load.get(at);
      if (!tile) continue;
      const path = new Path2D();
      const frame = this.frameOf(at);
      const to = this.reckon({ at, tile }, origin);
      for (let one = tile.ids.indexOf(place); one >= 0; one = tile.ids.indexOf(place, one + 1)) trace(path, tile, one, to);
      pen.save();
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.beginPath();
      pen.rect(frame.left - origin.x, frame.top - origin.y, frame.wide, frame.high);
      pen.clip(); // a cut edge beyond the tile's border is nobody's outline
      pen.setTransform(this.dots, 0, 0, this.dots, 0, 0);
      stroke(pen, path, { ...look, fill: false });
      pen.restore();
    }
  },

  // The tiles around a point of the container, with the point and a reach in their units.
  around(point, reach) {
    const world = this._map.containerPointToLayerPoint(point).add(this._map.getPixelOrigin());
    const found = [];
    for (const at of this.wanted ?? []) {
      const tile = this.load.get(at);
      if (!tile) continue;
      const side = this.frameOf(at).side / this.dots;
      const [x, y] = [world.x - at.x * side, world.y - at.y * side];
      if (x < -reach || y < -reach || x > side + reach || y > side + reach) continue;
      const units = tile.extent / side;
      found.push({ tile, x: x * units, y: y * units, reach: reach * units });
    }
    return found;
  },
});

// The part of a tile that a frame shows, in the tile's units, and a little more for wide lines: a
// larger tile that stands in has many times as many areas.
function within({ scale, x, y }, { wide, high }, dots) {
  const [left, top] = [-(x + EDGE) / scale, -(y + EDGE) / scale];
  return [left, top, left + (wide / dots + 2 * EDGE + HATCH) / scale, top + (high / dots + 2 * EDGE + HATCH) / scale];
}

function reaches(boxes, one, [left, top, right, bottom]) {
  const at = 4 * one;
  return boxes[at] <= right && boxes[at + 2] >= left && boxes[at + 1] <= bottom && boxes[at + 3] >= top;
}

function trace(path, { xy, ring, feature }, one, { scale, x, y }) {
  const last = feature[one + 1];
  for (let part = feature[one]; part < last; part += 1) {
    const begin = 2 * ring[part];
    const end = 2 * ring[part + 1];
    path.moveTo(x + scale * xy[begin], y + scale * xy[begin + 1]);
    for (let at = begin + 2; at < end; at += 2) path.lineTo(x + scale * xy[at], y + scale * xy[at + 1]);
    // Not closePath(): browsers measure the whole path at each, and thousands of rings take seconds.
    path.lineTo(x + scale * xy[begin], y + scale * xy[begin + 1]);
  }
}

function stroke(pen, path, look) {
  if (look.fill) {
    pen.globalAlpha = look.fillOpacity;
    pen.fillStyle = look.fillColor;
    pen.fill(path);
  }
  if (look.stroke) {
    pen.globalAlpha = look.opacity;
    pen.strokeStyle = look.color;
    pen.lineWidth = look.weight;
    pen.lineJoin = pen.lineCap = "round"; // a ring ends where it began, with no gap between
    pen.stroke(path);
  }
  pen.globalAlpha = 1;
}
