// Writes a Mapbox Vector Tile of one layer of polygons (specification 2.1).

import { PbfWriter } from "../../../geo_service/web/static/vendor/pbf-5.1.2/index.js";

const zigzag = (value) => (value << 1) ^ (value >> 31);

function commands(rings) {
  const out = [];
  let [x, y] = [0, 0];
  for (const ring of rings) {
    ring.forEach(([toX, toY], at) => {
      if (at === 0) out.push((1 << 3) | 1);
      if (at === 1) out.push(((ring.length - 1) << 3) | 2);
      out.push(zigzag(toX - x), zigzag(toY - y));
      [x, y] = [toX, toY];
    });
    out.push((1 << 3) | 7);
  }
  return out;
}

/** @param {{id: number, kind: string, rings: number[][][]}[]} features */
export function tileOf(features) {
  const pbf = new PbfWriter();
  pbf.writeMessage(3, (_, layer) => {
    layer.writeVarintField(15, 2);
    layer.writeStringField(1, "areas");
    for (const [at, { id, rings }] of features.entries()) {
      layer.writeMessage(2, (_, feature) => {
        feature.writeVarintField(1, id);
        feature.writePackedVarint(2, [0, at]);
        feature.writeVarintField(3, 3);
        feature.writePackedVarint(4, commands(rings));
      });
    }
    layer.writeStringField(3, "kind");
    for (const { kind } of features) {
      layer.writeMessage(4, (text, value) => value.writeStringField(1, text), kind);
    }
    layer.writeVarintField(5, 4096);
  });
  return pbf.finish().slice().buffer;
}
