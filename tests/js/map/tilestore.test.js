import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { TileStore } from "../../../geo_service/web/static/js/map/tilestore.js";
import { tileOf } from "./tilewriter.js";

const AT = { z: 3, x: 1, y: 2 };
const good = {
  ok: true,
  headers: new Headers({ "Content-Type": "application/vnd.mapbox-vector-tile" }),
  arrayBuffer: async () =>
    tileOf([
      {
        id: 1,
        kind: "alley",
        rings: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        ],
      },
    ]),
};
const html = { ...good, headers: new Headers({ "Content-Type": "text/html" }) };

let answers = [];
let asked = [];

beforeEach(() => {
  asked = [];
  globalThis.fetch = async (address, { signal }) => {
    asked.push({ address, signal });
    signal.throwIfAborted();
    return answers.shift() ?? good;
  };
});

test("two boards ask for a tile once", async () => {
  const store = new TileStore("areas");
  const [one, two] = await Promise.all([store.take(AT), store.take(AT)]);
  assert.equal(one, two);
  assert.deepEqual([...one.ids], [1]);
  assert.deepEqual(
    asked.map(({ address }) => address),
    ["/tiles/areas/3/1/2.mvt"],
  );
});

test("a tile that does not come is asked for again", async () => {
  answers = [html, { ...good, ok: false }];
  const store = new TileStore("areas", undefined, 1);
  assert.equal((await store.take(AT)).ids.length, 1);
  assert.equal(asked.length, 3);
});

test("one that never comes is told, once", async () => {
  answers = [html, html, html];
  const told = [];
  const store = new TileStore("areas", (error) => told.push(error), 1);
  await assert.rejects(store.take(AT));
  assert.equal(told.length, 1);
  assert.equal(store.kept.size, 0, "it may be asked for anew");
});

test("what nobody wants any longer is given up, and nobody is told", async () => {
  const told = [];
  const store = new TileStore("areas", (error) => told.push(error), 1);
  const taken = store.take(AT);
  store.drop(AT);
  assert.ok(asked[0].signal.aborted);
  await assert.rejects(taken.then(() => Promise.reject(new Error("came"))));
  assert.deepEqual(told, []);
});

test("tiles seen long ago are forgotten, those in use are not", async () => {
  const store = new TileStore("areas");
  await store.take({ z: 0, x: 0, y: 0 });
  for (let x = 0; x < 200; x += 1) {
    await store.take({ z: 9, x, y: 0 });
    store.drop({ z: 9, x, y: 0 });
  }
  assert.equal(store.kept.size, 160);
  assert.ok(store.kept.has("0/0/0"));
});
