// Where in a polygon to put a mark.

const L = window.L;

// A point inside the polygon, not merely inside its box: the middle of its widest stretch at half height.
export function innerPoint(layer) {
  let ring = layer.getLatLngs();
  while (Array.isArray(ring[0])) ring = ring[0];
  const box = layer.getBounds().getCenter();
  const crossings = [];
  ring.forEach((from, index) => {
    const to = ring[(index + 1) % ring.length];
    if ((from.lat > box.lat) === (to.lat > box.lat)) return;
    crossings.push(from.lng + ((to.lng - from.lng) * (box.lat - from.lat)) / (to.lat - from.lat));
  });
  crossings.sort((one, other) => one - other);
  let best = [box.lng, box.lng];
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    if (crossings[i + 1] - crossings[i] > best[1] - best[0]) best = [crossings[i], crossings[i + 1]];
  }
  return L.latLng(box.lat, (best[0] + best[1]) / 2);
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
