import assert from "node:assert/strict";
import { test } from "node:test";
import { stepAt } from "../../../geo_service/web/static/js/map/heat.js";

test("a step holds from its zoom on", () => {
  assert.deepEqual([3, 11, 12, 13.5, 14, 19].map(stepAt), [0, 0, 1, 1, 2, 2]);
});
