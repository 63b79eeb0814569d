import assert from "node:assert/strict";
import { test } from "node:test";
import { COLOURS, LAYERS } from "../../../geo_service/web/static/js/base/looks.js";
import { UNKNOWN, UNSEEN } from "../../../geo_service/web/static/js/map/classes.js";
import { Looks, tierAt } from "../../../geo_service/web/static/js/map/dress.js";

const looks = new Looks("hatching");

test("the nearer one is, the more is drawn", () => {
  assert.deepEqual([12, 12.75, 14, 15.9, 16, 20].map(tierAt), [
    ...["city", "far", "middle", "middle", "near", "near"],
  ]);
});

test("from afar a line has its class's colour: a dark one would hide a thin alley", () => {
  const far = looks.of("rebound 3 far");
  assert.equal(far.color, LAYERS.rebound.colours[3]);
  assert.equal(far.weight, 2.5);
  assert.equal(looks.of("rebound 1 far").weight, 1);
  assert.equal(looks.of("rebound 3 near").color, COLOURS.text);
});

test("what nobody looked at is hatched and dashed, what is unknown is hollow", () => {
  const unseen = looks.of(`rebound ${UNSEEN} middle`);
  assert.deepEqual([unseen.fillColor, unseen.dashArray], ["hatching", "3 3"]);
  const unknown = looks.of(`rebound ${UNKNOWN} middle`);
  assert.equal(unknown.color, COLOURS.hollow);
  assert.equal(unknown.dashArray, undefined);
});

test("what is filtered out is not drawn; pointing at it outlines it", () => {
  assert.deepEqual(looks.of("away"), { stroke: false, fill: false });
  assert.deepEqual(looks.thicker("clear"), {
    ...{ stroke: true, fill: false, color: COLOURS.hollow, weight: 2 },
  });
});

test("pointing thickens and never recolours", () => {
  const [plain, thick] = [looks.of("hotspots 1 city"), looks.thicker("hotspots 1 city")];
  assert.equal(thick.weight, (plain.weight ?? 0) + 2);
  assert.equal(thick.fillColor, plain.fillColor);
  assert.equal(thick.color, plain.color);
});
