// Which feature of a tile lies under a point: the topmost that holds it, else the nearest in reach.

/** @typedef {{tile: Tile, one: number, far: number}} Found */

/** @param {Spot[]} spots @param {IsShown} shown @returns {Found | null} */
export function pick(spots, shown) {
  /** @type {Found | null} */
  let best = null;
  for (const spot of spots) {
    const found = pickIn(spot, shown);
    if (found && (!best || found.far < best.far)) best = found;
  }
  return best;
}

/** @param {Spot} spot @param {IsShown} shown */
function pickIn({ tile, x, y, reach }, shown) {
  /** @type {Found | null} */
  let best = null;
  for (let one = tile.ids.length - 1; one >= 0; one -= 1) {
    const [left, top, right, bottom] = tile.boxes.subarray(4 * one, 4 * one + 4);
    if (x < left - reach || x > right + reach || y < top - reach || y > bottom + reach) continue;
    if (!shown(tile, one)) continue;
    const far = distance(tile, one, x, y);
    if (far === 0) return { tile, one, far };
    if (far <= reach && (!best || far / reach < best.far)) best = { tile, one, far: far / reach };
  }
  return best;
}

// 0 inside, by even and odd crossings; else how far the nearest edge is.
/** @param {Tile} tile @param {number} one @param {number} x @param {number} y */
function distance({ xy, ring, feature }, one, x, y) {
  let inside = false;
  let nearest = Infinity;
  for (let part = feature[one]; part < feature[one + 1]; part += 1) {
    for (let at = ring[part], last = ring[part + 1] - 1; at < ring[part + 1]; last = at, at += 1) {
      const [ax, ay, bx, by] = [xy[2 * last], xy[2 * last + 1], xy[2 * at], xy[2 * at + 1]];
      if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) inside = !inside;
      nearest = Math.min(nearest, toEdge(x - ax, y - ay, bx - ax, by - ay));
    }
  }
  return inside ? 0 : nearest;
}

/** @param {number} x @param {number} y @param {number} dx @param {number} dy */
function toEdge(x, y, dx, dy) {
  const long = dx * dx + dy * dy;
  const share = long ? Math.max(0, Math.min(1, (x * dx + y * dy) / long)) : 0;
  return Math.hypot(x - share * dx, y - share * dy);
}
