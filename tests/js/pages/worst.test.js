import assert from "node:assert/strict";
import { test } from "node:test";
import { listedPattern } from "../../../geo_service/web/static/js/pages/worst.js";

test("a rise alone is mostly chance and is not listed; beside a verdict it is", () => {
  assert.equal(listedPattern({ pattern_word: "growing" }), false);
  assert.equal(listedPattern({ pattern_word: "growing", hot: true }), true);
  assert.equal(listedPattern({ pattern_word: "new", hot_around: true }), true);
  assert.equal(listedPattern({ pattern_word: "lasting" }), true);
  assert.equal(listedPattern({ pattern_word: "", hot: true }), false);
});
