import assert from "node:assert/strict";
import { test } from "node:test";
import {
  mondayOf,
  quarters,
  sundayOf,
  weekLabel,
} from "../../../geo_service/web/static/js/base/weeks.js";

const iso = (date) => date.toISOString().slice(0, 10);

test("weeks begin on Monday as ISO 8601 counts them", () => {
  for (const [week, monday] of [
    ["2026-W01", "2025-12-29"], // the first week holds the fourth of January
    ["2020-W53", "2020-12-28"],
    ["2021-W01", "2021-01-04"],
    ["2026-W26", "2026-06-22"],
  ]) {
    assert.equal(iso(mondayOf(week)), monday, week);
  }
  assert.equal(iso(sundayOf("2026-W26")), "2026-06-28");
});

test("a week is told by its days, the month once where it is one", () => {
  assert.equal(weekLabel("2026-W26"), "week 26 · 22–28 June 2026");
  assert.equal(weekLabel("2026-W27"), "week 27 · 29 June–5 July 2026");
});

test("quarters are the weeks in which the first month of one begins", () => {
  const weeks = Array.from({ length: 30 }, (_, at) => `2026-W${String(at + 1).padStart(2, "0")}`);
  const found = quarters(weeks).map(({ index, sunday }) => [index, iso(sunday)]);
  assert.deepEqual(found, [
    [0, "2026-01-04"],
    [13, "2026-04-05"],
    [26, "2026-07-05"],
  ]);
});
