import assert from "node:assert/strict";
import { test } from "node:test";
import { LAYERS } from "../../../geo_service/web/static/js/base/looks.js";
import { Scale, UNKNOWN } from "../../../geo_service/web/static/js/map/classes.js";

test("a value falls into the class whose least value it reaches", () => {
  const scale = new Scale("cases");
  const classes = [0, 1, 4, 5, 9, 10, 20, 999].map((value) => scale.classOf(value));
  assert.deepEqual(classes, [0, 1, 1, 2, 2, 3, 4, 4]);
});

test("of what is not known there is no class", () => {
  assert.equal(new Scale("coverage").classOf(null), UNKNOWN);
  assert.equal(new Scale("coverage").classOf(undefined), UNKNOWN);
});

test("every layer has a colour for each of its classes", () => {
  for (const name of Object.keys(LAYERS)) {
    // below the least class of the heat map nothing is drawn
    const heat = name === "density" ? { breaks: [1, 2, 3, 4, 5, 6] } : undefined;
    const { breaks, colours } = new Scale(name, heat);
    assert.equal(colours.length, breaks.length + (heat ? 0 : 1), name);
  }
});
