import assert from "node:assert/strict";
import { test } from "node:test";
import "../fakes.js";

const { sinceWords, verdict } = await import("../../../geo_service/web/static/js/pages/facts.js");

// Without a page a phrase is its key: which one is said is what counts here.
const said = (facts) => verdict({ area_id: "A", ...facts }).map((part) => part.textContent);

test("the finest level that holds is told, and of how many such it came true", () => {
  assert.deepEqual(said({ hot: true, hot_around: true, windows: "1", record: [9, 3] }), [
    "verdict_hot verdict_since",
    "verdict_record",
  ]);
  assert.deepEqual(said({ hot_around: true, hot_subdistrict: true }), ["verdict_around"]);
  assert.deepEqual(said({ hot_subdistrict: true, record: [4, 0] }), [
    "verdict_subdistrict",
    "verdict_record",
  ]);
  assert.deepEqual(said({ record: null }), []);
  assert.deepEqual(said({ hot_rebound: true }), ["verdict_rebound"]);
});

test("without history nothing is judged and the page says so", () => {
  assert.deepEqual(said({ judged: false }), ["verdict_early"]);
  assert.deepEqual(said({ judged: true }), []);
});

test("the longest window that is remarkable tells for how long", () => {
  assert.equal(sinceWords("1"), " verdict_since");
  assert.equal(sinceWords("1;2;8"), " verdict_for");
  assert.equal(sinceWords(null), "");
});
