import assert from "node:assert/strict";
import { test } from "node:test";
import { pointOf } from "../../../geo_service/web/static/js/map/pin.js";

test("two numbers on the earth are a point, latitude first", () => {
  assert.deepEqual(pointOf(" 103.76 ", "36.07"), [36.07, 103.76]);
});

test("anything else is none", () => {
  for (const [lon, lat] of [
    ["", "36"],
    ["103", " "],
    ["east", "36"],
    ["181", "36"],
    ["103", "91"],
  ]) {
    assert.equal(pointOf(lon, lat), null, `${lon} ${lat}`);
  }
});
