import assert from "node:assert/strict";
import { test } from "node:test";
import {
  adjustedWords,
  areaSentence,
  cameBack,
  caseBack,
  hintWords,
  noteWords,
  short,
} from "../../../geo_service/web/static/js/pages/sentences.js";

// Without a page a phrase is its key: which one is said is what counts here.
test("where nobody looked no share is told", () => {
  const row = { area_id: "A", rebound_spells: 10, rebound_events_30: 0, p_rebound_30: 0 };
  assert.equal(cameBack(row), "came_back_rate");
  assert.equal(cameBack({ ...row, observed: "no" }), "nobody_looked");
  assert.equal(areaSentence({ ...row, observed: "no" }), "sentence_unseen");
});

test("a share is told with its interval, without, or not at all where there are too few", () => {
  const row = { area_id: "A", rebound_spells: 10, p_rebound_30: 0.2 };
  assert.equal(areaSentence({ ...row, low: 0.1, high: 0.3 }), "sentence");
  assert.equal(areaSentence(row), "sentence_plain");
  assert.equal(areaSentence({ ...row, p_rebound_30: null }), "sentence_few");
  assert.equal(areaSentence({ area_id: "A" }), "sentence_none");
  assert.equal(cameBack({ area_id: "A" }), "no_fixes_yet");
});

test("a label that changed says so, hot or not", () => {
  assert.equal(noteWords(true, "late facts since 2026-06-29"), "note_hot_since");
  assert.equal(noteWords(false, "anything since 2026-06-29"), "note_hot_before");
});

test("small numbers keep a digit", () => {
  assert.deepEqual([short(null), short(3.14), short(12.6)], ["–", "3.1", "13"]);
});

test("only a rebound says after how many days", () => {
  assert.equal(caseBack({ link: "new", gap_days: 3 }), "");
  assert.equal(caseBack({ link: "rebound", gap_days: null }), "link_rebound");
  assert.equal(caseBack({ link: "rebound", gap_days: 0.2 }), "link_rebound_after");
});

test("the pointer is told the value, or why there is none", () => {
  assert.equal(hintWords("density", "alley", 3, 0), "alley");
  assert.equal(hintWords("rebound", "alley", 3, -2), "alley · nobody_looked");
  assert.equal(hintWords("rebound", "alley", null, -1), "alley · too_few");
  assert.equal(hintWords("coverage", "alley", null, -1), "alley · coverage_unknown");
  assert.equal(hintWords("hotspots", "alley", 0, 0), "alley · shown_hotspots_0");
});

test("what was seen is told beside all, what nobody could see apart", () => {
  const adjusted = { closures: 10, rebounds_30: 2, p_observed_30: null, blind_rebounds: 0 };
  assert.equal(adjustedWords(adjusted), "adjusted_raw adjusted_few");
  const seen = { ...adjusted, p_observed_30: 0.2, blind_rebounds: 1 };
  assert.equal(adjustedWords(seen), "adjusted_raw adjusted_seen adjusted_blind");
});
