import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { read, summaryAddress, withQuery } from "../../../geo_service/web/static/js/base/api.js";

let asked = [];

beforeEach(() => {
  asked = [];
  globalThis.fetch = async (address) => {
    asked.push(address);
    return address.includes("bad")
      ? { ok: false, statusText: "Gone", json: async () => ({ detail: "nobody knows it" }) }
      : { ok: true, json: async () => ({ address }) };
  };
});

test("an address has what was chosen, and nothing of what was not", () => {
  assert.equal(withQuery("/a", { kind: "", week: null, at: 0, q: "a b" }), "/a?at=0&q=a+b");
  assert.equal(withQuery("/a", { kind: "" }), "/a");
  assert.equal(summaryAddress("a/1 街", {}), "/api/areas/a%2F1%20%E8%A1%97/summary");
});

test("what was read is not asked for again", async () => {
  assert.deepEqual(await read("/once"), { address: "/once" });
  assert.deepEqual(await read("/once"), { address: "/once" });
  assert.deepEqual(asked, ["/once"]);
});

test("what was refused says why, and is asked for again", async () => {
  await assert.rejects(read("/bad"), /nobody knows it/);
  await assert.rejects(read("/bad"), /nobody knows it/);
  assert.deepEqual(asked, ["/bad", "/bad"]);
});
