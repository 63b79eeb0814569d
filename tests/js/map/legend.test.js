import "../fakes.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { Scale } = await import("../../../geo_service/web/static/js/map/classes.js");
const { labelsOf, showLegend } = await import("../../../geo_service/web/static/js/map/legend.js");

test("counts are told in real units", () => {
  assert.deepEqual(labelsOf(new Scale("cases")), ["0", "1–4", "5–9", "10–19", "≥ 20"]);
  const heat = { breaks: [1, 3, 8, 20, 60, 100] };
  const labels = labelsOf(new Scale("density", heat));
  assert.deepEqual(labels, ["1–3", "3–8", "8–20", "20–60", "60–100", "≥ 100"]);
});

test("there is one label a class", () => {
  assert.deepEqual(
    labelsOf(new Scale("rebound")),
    [0, 1, 2, 3].map((index) => `shown_rebound_${index}`),
  );
  assert.deepEqual(labelsOf(new Scale("hotspots")), ["shown_hotspots_0", "shown_hotspots_1"]);
});

const entries = (name, answer) => {
  const place = document.createElement("section");
  showLegend(place, new Scale(name), answer);
  const told = place.all("li").map((one) => one.textContent);
  return told.slice(0, -2); // the last two are of badges
};

test("the legend names both badges, of cases and of rebounds", () => {
  const place = document.createElement("section");
  showLegend(place, new Scale("cases"), { values: [0] });
  const keys = place.all("li").slice(-2);
  assert.deepEqual(
    keys.map((one) => one.textContent),
    ["1hot", "↺hot_rebound"],
  );
});

test("the legend tells of the unknown and of the unseen only where there are such", () => {
  assert.deepEqual(entries("hotspots", { values: [0, 1] }).length, 2);
  assert.deepEqual(entries("hotspots", { values: [0, null], unseen: [] }).slice(2), ["too_few"]);
  const blind = { values: [0, null], unseen: [1] };
  assert.deepEqual(entries("hotspots", blind).slice(2), ["nobody_looked"]);
  assert.deepEqual(entries("hotspots", { values: [0, null], absent: [1] }).length, 2);
});
