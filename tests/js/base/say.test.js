import assert from "node:assert/strict";
import { test } from "node:test";
import {
  couldNot,
  day,
  named,
  number,
  percent,
  say,
} from "../../../geo_service/web/static/js/base/say.js";

test("a phrase nobody knows is its own key", () => {
  assert.equal(say("no_such_phrase", { a: 1 }), "no_such_phrase");
});

test("numbers and shares are written as the reader writes them", () => {
  assert.equal(number(1234567), "1,234,567");
  assert.equal(percent(0.224), "22\u00a0%");
});

test("a day without a time is that day in every zone, and a moment is the district's", () => {
  assert.equal(day("2026-06-28"), "28 Jun 2026");
});

test("a name that was never translated shows as it is", () => {
  assert.equal(named({ name_zh: "集贸市场", name_en: "Market" }), "Market");
  assert.equal(named({ name_zh: "集贸市场", name_en: null }), "集贸市场");
  assert.equal(named({}), "");
});

test("what could not be done is said whatever was thrown", () => {
  assert.equal(couldNot("read_map", "text"), "could_not");
});
