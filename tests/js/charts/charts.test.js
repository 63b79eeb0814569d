import "../fakes.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const at = "../../../geo_service/web/static/js/charts";
const { sparkline } = await import(`${at}/spark.js`);
const { giBars } = await import(`${at}/gi.js`);
const { total, weeklyBars } = await import(`${at}/weekly.js`);
const { returnCurve } = await import(`${at}/curve.js`);

const numbers = (elements, name) => elements.map((one) => Number(one.attributes[name]));

test("the highest week of a row fills its height, a week without a case is a line", () => {
  const chart = sparkline([0, 1, 4]);
  assert.deepEqual(numbers(chart.all("rect"), "height"), [1, 3.5, 14]);
  assert.equal(chart.all("spark-none").length, 1);
});

const WEEKS = [
  { week: "2026-W24", cases: 4, rebounds: 1, closures: 0 },
  { week: "2026-W25", cases: 2, rebounds: 2, closures: 1 },
  { week: "2026-W26", cases: 0, rebounds: 0, closures: 3 },
];

test("a year of weeks: what came back stands below what is new, fixes are dots", () => {
  const chart = weeklyBars(WEEKS);
  assert.deepEqual(numbers(chart.all("bar-new"), "height"), [46.5]);
  assert.deepEqual(numbers(chart.all("bar-back"), "height"), [15.5, 31]);
  assert.equal(chart.all("bar-fix").length, 2);
  assert.equal(chart.all("g").length, 3);
  assert.equal(total(WEEKS, "cases"), 6);
});

test("no weeks make an empty chart, not a broken one", () => {
  assert.equal(weeklyBars([]).all("g").length, 0);
});

test("crowded weeks go up, rare ones down, and weeks nobody knows are left out", () => {
  const chart = giBars([
    { week: "2026-W24", z: 2, mark: 1 },
    { week: "2026-W25", z: -1, mark: -1 },
    { week: "2026-W26", z: null, mark: 0 },
  ]);
  const [up, down] = chart.all("rect");
  const base = Number(chart.all("line")[0].attributes.y1);
  assert.ok(Number(up.attributes.y) < base);
  assert.ok(Math.abs(Number(down.attributes.y) - base) < 0.1);
  assert.deepEqual([up.attributes.class, down.attributes.class], ["gi-hot", "gi-cold"]);
});

test("the curve is drawn here and in the district, the estimate where there is one", () => {
  const line = { back: [0.1, 0.2, 0.3], at_risk: [9, 8, 7, 6] };
  const curve = { days: [30, 60, 90], at_risk_days: [0, 30, 60, 90], area: line, district: line };
  const plain = returnCurve(curve);
  assert.equal(plain.all("polyline").length, 2);
  assert.equal(plain.all("curve-dot").length, 0);
  assert.equal(plain.all("middle").length, 8);
  const estimate = { low: 0.05, high: 0.4, p_rebound_30: 0.2 };
  const [dot] = returnCurve({ ...curve, estimate }).all("curve-dot");
  assert.equal(dot.attributes.cy, "50"); // half of .4, the highest thing told
});
