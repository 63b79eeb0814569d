// A vector tile of one layer of polygons, as arrays that are quick to draw and to search.

import { PbfReader } from "../../vendor/pbf-5.1.2/index.js";
import { VectorTile } from "../../vendor/vector-tile-3.0.0/index.js";

/** @param {At} at */
export const nameOf = ({ z, x, y }) => `${z}/${x}/${y}`;

/** @param {ArrayBuffer} buffer @returns {Tile} */
export function readTile(buffer) {
  const [layer] = Object.values(new VectorTile(new PbfReader(new Uint8Array(buffer))).layers);
  const features = Array.from({ length: layer?.length ?? 0 }, (_, one) => layer.feature(one));
  /** @type {number[]} */
  const xy = [];
  const ring = [0];
  const feature = [0];
  const boxes = [];
  for (const one of features) {
    let [left, top, right, bottom] = [32767, 32767, -32768, -32768];
    for (const line of one.loadGeometry()) {
      for (let at = 0; at + 1 < line.length; at += 1) {
        const { x, y } = line[at]; // the last corner is the first again
        xy.push(x, y);
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
      }
      ring.push(xy.length / 2);
    }
    feature.push(ring.length - 1);
    boxes.push(left, top, right, bottom);
  }
  return {
    extent: layer?.extent ?? 4096,
    ids: Uint32Array.from(features, ({ id }) => id ?? 0),
    kinds: features.map(({ properties }) => String(properties.kind)),
    xy: Int16Array.from(xy),
    ring: Uint32Array.from(ring),
    feature: Uint32Array.from(feature),
    boxes: Int16Array.from(boxes),
  };
}
