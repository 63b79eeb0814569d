// Paints the features of a tile on a canvas, one path a look.

/** @typedef {{scale: number, x: number, y: number}} To from a tile's units to pixels */

// Features come coarse kinds first, and kind by kind they are painted, of each the quiet looks
// first: one path a look, since thousands of paths would take ten times as long.
/** @param {Pen} pen @param {Tile} tile @param {To} to @param {KeyOf} of @param {LookOf} look */
export function paintTile(pen, tile, to, of, look) {
  for (let from = 0, end = 0; from < tile.ids.length; from = end) {
    /** @type {Map<string, Path2D>} */
    const paths = new Map();
    for (end = from; end < tile.ids.length && tile.kinds[end] === tile.kinds[from]; end += 1) {
      const key = of(tile, end);
      if (!key) continue;
      const path = paths.get(key) ?? new Path2D();
      paths.set(key, path);
      trace(path, tile, end, to);
    }
    for (const key of [...paths.keys()].sort()) {
      const path = /** @type {Path2D} */ (paths.get(key));
      for (const one of look(key)) stroke(pen, path, one);
    }
  }
}

/** @param {Path2D} path @param {Tile} tile @param {number} one @param {To} to */
function trace(path, { xy, ring, feature }, one, { scale, x, y }) {
  for (let part = feature[one]; part < feature[one + 1]; part += 1) {
    const begin = 2 * ring[part];
    const end = 2 * ring[part + 1];
    path.moveTo(x + scale * xy[begin], y + scale * xy[begin + 1]);
    for (let at = begin + 2; at < end; at += 2) {
      path.lineTo(x + scale * xy[at], y + scale * xy[at + 1]);
    }
    // Not closePath(): browsers measure the whole path at each; thousands of rings take seconds.
    path.lineTo(x + scale * xy[begin], y + scale * xy[begin + 1]);
  }
}

/** @param {Pen} pen @param {Path2D} path @param {Look} look */
function stroke(pen, path, look) {
  if (look.fill && look.fillColor) {
    pen.globalAlpha = look.fillOpacity ?? 1;
    pen.fillStyle = look.fillColor;
    pen.fill(path);
  }
  if (look.stroke && look.color) {
    pen.globalAlpha = look.opacity ?? 1;
    pen.strokeStyle = look.color;
    pen.lineWidth = look.weight ?? 1;
    pen.lineJoin = "round"; // a ring ends where it began, with no gap between
    pen.lineCap = "round";
    pen.stroke(path);
  }
  pen.globalAlpha = 1;
}
