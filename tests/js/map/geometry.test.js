import assert from "node:assert/strict";
import { test } from "node:test";
import { innerPoint, middleOf } from "../../../geo_service/web/static/js/map/geometry.js";

const square = [
  ...[
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
    [0, 0],
  ],
];
const polygon = (...rings) => ({ type: "Polygon", coordinates: rings });

test("a mark stands in the middle of a plain shape", () => {
  assert.deepEqual(innerPoint(polygon(square)), [2, 2]);
});

test("a mark never stands outside: a horseshoe has nothing in its middle", () => {
  const horseshoe = [
    ...[
      [0, 0],
      [10, 0],
      [10, 10],
      [8, 10],
      [8, 2],
      [2, 2],
      [2, 10],
      [0, 10],
      [0, 0],
    ],
  ];
  const [lat, lon] = innerPoint(polygon(horseshoe));
  assert.equal(lat, 5);
  assert.ok(lon < 2 || lon > 8);
});

test("a mark does not stand in a hole", () => {
  const hole = [
    ...[
      [1, 1],
      [1, 3],
      [3, 3],
      [3, 1],
      [1, 1],
    ],
  ];
  const [, lon] = innerPoint(polygon(square, hole));
  assert.ok(lon < 1 || lon > 3);
});

test("what has no area has no inner point", () => {
  assert.equal(
    innerPoint({
      type: "LineString",
      coordinates: [
        [0, 0],
        [1, 1],
      ],
    }),
    null,
  );
});

test("a name lies across the largest part", () => {
  const small = square.map(([x, y]) => [x / 4 + 20, y / 4]);
  const both = { type: "MultiPolygon", coordinates: [[small], [square]] };
  assert.deepEqual(middleOf(both), [2, 2]);
  assert.equal(middleOf({ type: "Point", coordinates: [0, 0] }), null);
});
