import assert from "node:assert/strict";
import { test } from "node:test";
import { around, freeSpot, overlap } from "../../../geo_service/web/static/js/map/spots.js";

const SIZE = { width: 40, height: 10 };

test("boxes that only touch do not overlap", () => {
  const one = around({ x: 0, y: 0 }, 10);
  assert.equal(overlap(one, around({ x: 10, y: 0 }, 10)), false);
  assert.equal(overlap(one, around({ x: 9, y: 9 }, 10)), true);
});

test("a name stands where it belongs if nothing is there", () => {
  assert.deepEqual(freeSpot({ x: 50, y: 50 }, SIZE, []), { ...SIZE, left: 30, top: 45 });
});

test("a name gives way upward, then downward, and at last altogether", () => {
  const badge = around({ x: 50, y: 50 }, 10);
  const up = freeSpot({ x: 50, y: 50 }, SIZE, [badge]);
  assert.equal(up?.top, 33);
  const down = freeSpot({ x: 50, y: 50 }, SIZE, [badge, up]);
  assert.equal(down?.top, 57);
  const wall = { left: 0, top: 0, width: 100, height: 100 };
  assert.equal(freeSpot({ x: 50, y: 50 }, SIZE, [wall]), null);
});
