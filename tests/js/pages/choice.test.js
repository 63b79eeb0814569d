import assert from "node:assert/strict";
import { test } from "node:test";
import { Choice } from "../../../geo_service/web/static/js/pages/choice.js";

const KNOWN = {
  week: ["2026-W25", "2026-W26"],
  layer: ["rebound", "hotspots"],
  category: ["*", "D01"],
  kind: ["", "alley"],
  subdistrict: ["", "S1"],
};

const made = (query, known = KNOWN) => {
  const kept = [];
  return { choice: new Choice(query, known, (text) => kept.push(text)), kept };
};

test("without a word in the address the last week is shown", () => {
  const { layer, week, category, area } = made("").choice.now;
  assert.deepEqual([layer, week, category, area], ["rebound", "2026-W26", "*", ""]);
});

test("what the address asks for is shown, if there is such a thing", () => {
  const { choice } = made("?layer=hotspots&week=2026-W25&category=D01&kind=alley&area=A1&at=1,2,3");
  assert.deepEqual(choice.now, {
    ...{ layer: "hotspots", week: "2026-W25", category: "D01", kind: "alley" },
    ...{ area: "A1", at: "1,2,3", subdistrict: "", days: "30", what: "cases", weeks: "4" },
  });
  const { now } = made("?layer=x&week=2020-W01&category=x&kind=x&subdistrict=x").choice;
  assert.deepEqual(now, made("").choice.now);
});

test("before the first run there is no week", () => {
  assert.equal(made("?week=2026-W26", { ...KNOWN, week: [] }).choice.now.week, "");
});

test("what is chosen is kept in an address that people can read", () => {
  const { choice, kept } = made("");
  choice.choose({ kind: "alley", at: "36.1,103.8,14" });
  choice.choose({ kind: "" });
  assert.deepEqual(kept, ["kind=alley&at=36.1,103.8,14", "at=36.1,103.8,14"]);
});

test("who listens is told what changed, and nothing where nothing did", () => {
  const { choice } = made("");
  const told = [];
  choice.whenChosen((now, changed) => told.push([now.layer, ...changed]));
  choice.choose({ layer: "hotspots", kind: "" });
  choice.choose({ layer: "hotspots" });
  assert.deepEqual(told, [["hotspots", "layer"]]);
});
