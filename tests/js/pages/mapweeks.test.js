import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOf, valuesOf, worstOf } from "../../../geo_service/web/static/js/pages/mapweeks.js";

const row = {
  ...{ area: [0, 1], observed: [1, 0], p_rebound_30: [224, null], p_rebound_30_low: [100, null] },
  ...{ p_rebound_30_high: [300, null], flags: [13, 0], worst: [1, 0] },
};
const facts = {
  areas: { features: ["A1", "A2", "A3"].map((id) => ({ id, properties: { name: `${id}!` } })) },
  heat: [["a picture"]],
  observed: ["no", "yes"],
  rows: [row],
  unseen: [[2]],
  absent: [[1]],
  usual: 101,
  values: { rebound: [[1, 2, null]], rebound_class: [[0, 3, null]] },
  weekly: { cases: [[5], [6], [7]], rebounds: [[1], [0], [0]], closures: [[2], [2], [2]] },
  weeks: ["2026-W26"],
};

test("a layer's values are those of the week; density is a picture", () => {
  assert.deepEqual(valuesOf(facts, "rebound", 0), {
    values: [1, 2, null],
    classes: [0, 3, null],
    unseen: [2],
    absent: [1],
    usual: 101,
  });
  assert.deepEqual(valuesOf(facts, "density", 0), {
    values: [],
    unseen: [2],
    absent: [1],
    heat: ["a picture"],
  });
});

test("the list is in the file's order, with a line of weeks", () => {
  const rows = worstOf(facts, 0);
  assert.deepEqual(
    rows.map(({ area_id }) => area_id),
    ["A2", "A1"],
  );
  assert.deepEqual(
    rows.map(({ spark }) => spark),
    [[6], [5]],
  );
});

test("one area's figures: shares, flags, its weeks", () => {
  const found = factsOf(facts, 0, "A1");
  assert.equal(found.p_rebound_30, 0.224);
  assert.deepEqual([found.hot, found.hot_around, found.uncertain], [true, false, true]);
  assert.equal(found.hot_rebound, true);
  assert.equal(found.observed, "yes");
  assert.deepEqual(found.weekly, [{ week: "2026-W26", cases: 5, rebounds: 1, closures: 2 }]);
});

test("an area without a row is told as one nobody knows more of", () => {
  const { name, observed, hot } = factsOf(facts, 0, "A3");
  assert.deepEqual([name, observed, hot], ["A3!", "no", undefined]);
});
