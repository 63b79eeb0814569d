import "../fakes.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const tip = { setContent: () => {}, setLatLng: () => tip, openOn: () => {}, close: () => {} };
globalThis.L = { tooltip: () => tip };

const { LAYERS } = await import("../../../geo_service/web/static/js/base/looks.js");
const { Areas } = await import("../../../geo_service/web/static/js/map/areas.js");
const { Scale } = await import("../../../geo_service/web/static/js/map/classes.js");
const { CHOSEN, Looks } = await import("../../../geo_service/web/static/js/map/dress.js");

const ids = ["A1", "A2", "A3"];
const known = {
  placeOf: (id) => ids.indexOf(id),
  idOf: (place) => ids[place],
  propertiesOf: (place) => ({ name: `name ${place}` }),
  boundsOf: (place) => `box ${place}`,
  middleOf: (place) => `middle ${place}`,
  within: (subdistrict) => Uint8Array.from(ids, (_, place) => Number(subdistrict === `S${place}`)),
};

let board;
let areas;
let opened;

beforeEach(() => {
  opened = [];
  board = {
    looks: new Looks("hatching"),
    listen: (reader) => Object.assign(board, { reader }),
    mark: (marks) => Object.assign(board, { marks }),
    paint: (keysAt) => Object.assign(board, { keyOf: keysAt(14) }),
    whenKnown: async () => known,
    whenPainted: async () => {},
  };
  const map = { on: () => {}, getZoom: () => 14 };
  areas = new Areas(map, board, { onOpen: (id) => opened.push(id), describe: () => "words" });
});

const answer = { values: [100, 300, null], classes: [0, 3, null], unseen: [0] };
const everything = { kind: "", subdistrict: "" };
const keys = (kind = "alley") => [0, 1, 2].map((place) => board.keyOf(place, kind));

test("each area is named by layer, class and tier", async () => {
  await areas.show(new Scale("rebound"), answer, everything);
  assert.deepEqual(keys(), ["rebound -2 middle", "rebound 3 middle", "rebound -1 middle"]);
});

test("filters take away by kind and by subdistrict", async () => {
  await areas.show(new Scale("rebound"), answer, { kind: "market", subdistrict: "" });
  assert.deepEqual(keys(), ["away", "away", "away"]);
  await areas.show(new Scale("rebound"), answer, { kind: "", subdistrict: "S1" });
  assert.deepEqual(keys(), ["away", "rebound 3 middle", "away"]);
});

test("what there is not in that week is taken away", async () => {
  await areas.show(new Scale("rebound"), { ...answer, absent: [1] }, everything);
  assert.deepEqual(keys(), ["rebound -2 middle", "away", "rebound -1 middle"]);
});

test("where squares are shown areas are clear, but for what nobody looked at", async () => {
  await areas.show(new Scale("density"), answer, everything);
  assert.deepEqual(keys(), ["density -2 middle", "clear", "clear"]);
});

test("of two that were asked for the last is shown, whichever comes last", async () => {
  const slow = areas.show(new Scale("cases"), answer, { kind: "", subdistrict: "S1" });
  await areas.show(new Scale("hotspots"), answer, everything);
  await slow;
  assert.equal(board.keyOf(1, "alley"), "hotspots 1 middle");
});

test("what is chosen and what is pointed at is marked", async () => {
  await areas.whenNamed();
  areas.choose("A2");
  areas.point("A3", true);
  assert.equal(board.marks.get(1)[0], CHOSEN);
  assert.equal(board.marks.get(2)[0].weight, 3);
  areas.point("A3", false);
  areas.choose("");
  assert.equal(board.marks.size, 0);
});

test("what is chosen keeps the colour of its class", async () => {
  await areas.whenNamed();
  await areas.show(new Scale("rebound"), answer, everything);
  areas.choose("A2");
  const [under, over] = board.marks.get(1);
  assert.equal(over.fillColor, LAYERS.rebound.colours[3]);
  assert.ok(under.weight > over.weight);
  assert.equal(areas.classOf("A2"), 3);
  assert.equal(areas.classOf("no such"), -1);
});

test("over the heat map what is chosen is a line alone", async () => {
  await areas.whenNamed();
  await areas.show(new Scale("density"), { values: [] }, everything);
  areas.choose("A2");
  const [line, ...others] = board.marks.get(1);
  assert.deepEqual([line.fill, line.weight, others.length], [false, 3, 0]);
});

test("a press opens the area by its id", async () => {
  board.reader.press(2);
  await areas.whenNamed();
  await Promise.resolve();
  assert.deepEqual(opened, ["A3"]);
});

test("of an area nobody knows nothing is said", async () => {
  assert.equal(areas.about("A1"), null, "names were not asked for yet");
  await areas.whenNamed();
  assert.deepEqual(areas.about("A1"), { name: "name 0", bounds: "box 0", middle: "middle 0" });
  assert.equal(areas.about("no such"), null);
});
