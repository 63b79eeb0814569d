import assert from "node:assert/strict";
import { test } from "node:test";
import { pick } from "../../../geo_service/web/static/js/map/pick.js";
import { nameOf, readTile } from "../../../geo_service/web/static/js/map/tile.js";
import { tileOf } from "./tilewriter.js";

const SQUARE = [
  [10, 10],
  [30, 10],
  [30, 30],
  [10, 30],
];
const HOLE = [
  [15, 15],
  [15, 20],
  [20, 20],
  [20, 15],
];
const ALLEY = [
  [100, 100],
  [140, 100],
  [140, 102],
  [100, 102],
];

const tile = readTile(
  tileOf([
    { id: 7, kind: "market", rings: [SQUARE, HOLE] },
    { id: 300, kind: "alley", rings: [ALLEY] },
  ]),
);

test("a tile is read into arrays", () => {
  assert.equal(nameOf({ z: 3, x: 1, y: 2 }), "3/1/2");
  assert.equal(tile.extent, 4096);
  assert.deepEqual([...tile.ids], [7, 300]);
  assert.deepEqual(tile.kinds, ["market", "alley"]);
  assert.deepEqual([...tile.feature], [0, 2, 3]);
  assert.deepEqual([...tile.ring], [0, 4, 8, 12]);
  assert.deepEqual([...tile.xy.subarray(0, 8)], SQUARE.flat());
  assert.deepEqual([...tile.boxes], [10, 10, 30, 30, 100, 100, 140, 102]);
});

test("an empty tile has nothing in it", () => {
  const empty = readTile(new ArrayBuffer(0));
  assert.deepEqual([empty.ids.length, [...empty.feature]], [0, [0]]);
});

const under = (x, y, reach = 0, shown = () => true) => {
  const found = pick([{ tile, x, y, reach }], shown);
  return found && tile.ids[found.one];
};

test("what is pressed is what holds the point, not what lies around a hole", () => {
  assert.equal(under(12, 12), 7);
  assert.equal(under(17, 17), null);
  assert.equal(under(50, 50), null);
});

test("a press beside a thin alley still means it, and the nearest of two", () => {
  assert.equal(under(120, 106), null);
  assert.equal(under(120, 106, 6), 300);
  assert.equal(under(33, 20, 200), 7);
});

test("what is filtered out is not pressed", () => {
  assert.equal(
    under(12, 12, 0, (_, one) => tile.kinds[one] !== "market"),
    null,
  );
});
