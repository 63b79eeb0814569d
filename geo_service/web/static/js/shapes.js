// Where in a polygon to put a mark.

const L = window.L;

const HEIGHTS = [0.5, 0.4, 0.6, 0.25, 0.75, 0.1, 0.9];

// A point inside the shape, not merely inside its box: the middle of its widest stretch at half
// height, or at another where the shape has a gap there.
export function innerPoint(layer) {
  const rings = ringsOf(layer.getLatLngs());
  const box = layer.getBounds();
  for (const share of HEIGHTS) {
    const lat = box.getSouth() + share * (box.getNorth() - box.getSouth());
    const crossings = rings.flatMap((ring) => crossingsOf(ring, lat)).sort((one, other) => one - other);
    let best = null;
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const stretch = [crossings[i], crossings[i + 1]];
      if (!best || stretch[1] - stretch[0] > best[1] - best[0]) best = stretch;
    }
    if (best) return L.latLng(lat, (best[0] + best[1]) / 2);
  }
  return box.getCenter();
}

function ringsOf(nested) {
  return Array.isArray(nested[0]) ? nested.flatMap(ringsOf) : [nested];
}

function crossingsOf(ring, lat) {
  const found = [];
  ring.forEach((from, index) => {
    const to = ring[(index + 1) % ring.length];
    if ((from.lat > lat) !== (to.lat > lat)) found.push(from.lng + ((to.lng - from.lng) * (lat - from.lat)) / (to.lat - from.lat));
  });
  return found;
}

// The middle of a feature's largest ring, by its area's centre: for names that lie across it.
export function middleOf(feature) {
  const { type, coordinates } = feature.geometry;
  const polygons = type === "MultiPolygon" ? coordinates : type === "Polygon" ? [coordinates] : [];
  let best = null;
  for (const [ring] of polygons) {
    let twice = 0;
    let x = 0;
    let y = 0;
    for (let i = 0; i + 1 < ring.length; i += 1) {
      const cross = (ring[i][0] - ring[0][0]) * (ring[i + 1][1] - ring[0][1])
        - (ring[i + 1][0] - ring[0][0]) * (ring[i][1] - ring[0][1]);
      twice += cross;
      x += (ring[i][0] + ring[i + 1][0] - 2 * ring[0][0]) * cross;
      y += (ring[i][1] + ring[i + 1][1] - 2 * ring[0][1]) * cross;
    }
    if (twice && (!best || Math.abs(twice) > best.twice)) {
      best = { twice: Math.abs(twice), at: [ring[0][1] + y / (3 * twice), ring[0][0] + x / (3 * twice)] };
    }
  }
  return best && best.at;
}
