// Where in a polygon to put a mark. Rings are lists of [lon, lat].

/** @typedef {number[][]} Ring */
/** @typedef {{type: string, coordinates: any}} Geometry */

const HEIGHTS = [0.5, 0.4, 0.6, 0.25, 0.75, 0.1, 0.9];

/** @param {Geometry} geometry @returns {Ring[][]} the rings of each polygon, the outer one first */
function polygonsOf({ type, coordinates }) {
  if (type === "MultiPolygon") return coordinates;
  return type === "Polygon" ? [coordinates] : [];
}

// A point inside the shape, not merely inside its box: the middle of its widest stretch at half
// height, or at another where the shape has a gap there.
/** @param {Geometry} geometry @returns {[number, number] | null} latitude and longitude */
export function innerPoint(geometry) {
  const rings = polygonsOf(geometry).flat();
  const lats = rings.flat().map(([, lat]) => lat);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  for (const share of HEIGHTS) {
    const lat = south + share * (north - south);
    const crossings = rings.flatMap((ring) => crossingsOf(ring, lat)).sort((one, two) => one - two);
    let [from, to] = [0, -1];
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      if (crossings[i + 1] - crossings[i] > to - from) [from, to] = crossings.slice(i, i + 2);
    }
    if (to >= from) return [lat, (from + to) / 2];
  }
  return null;
}

/** @param {Ring} ring @param {number} lat */
function crossingsOf(ring, lat) {
  /** @type {number[]} */
  const found = [];
  ring.forEach(([lon, from], index) => {
    const [other, to] = ring[(index + 1) % ring.length];
    if (from > lat !== to > lat) found.push(lon + ((other - lon) * (lat - from)) / (to - from));
  });
  return found;
}

// The middle of the largest outer ring, by its area's centre: for names that lie across it.
/** @param {Geometry} geometry @returns {[number, number] | null} latitude and longitude */
export function middleOf(geometry) {
  let most = 0;
  /** @type {[number, number] | null} */
  let at = null;
  for (const [ring] of polygonsOf(geometry)) {
    const [lon, lat] = ring[0];
    let [twice, x, y] = [0, 0, 0];
    for (let i = 0; i + 1 < ring.length; i += 1) {
      const [ax, ay, bx, by] = [...ring[i], ...ring[i + 1]];
      const cross = (ax - lon) * (by - lat) - (bx - lon) * (ay - lat);
      twice += cross;
      x += (ax + bx - 2 * lon) * cross;
      y += (ay + by - 2 * lat) * cross;
    }
    if (Math.abs(twice) > most) {
      most = Math.abs(twice);
      at = [lat + y / (3 * twice), lon + x / (3 * twice)];
    }
  }
  return at;
}
