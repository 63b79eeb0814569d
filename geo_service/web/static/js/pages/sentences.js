// Figures in sentences. Where nobody looked nothing came to light: no share of it may sound good.

import { day, number, percent, say } from "../base/say.js";
import { UNSEEN } from "../map/classes.js";

/** @param {Row} row */
export function cameBack(row) {
  if (row.observed === "no") return say("nobody_looked");
  if (!row.rebound_spells) return say("no_fixes_yet");
  const told = { back: row.rebound_events_30 ?? 0, fixes: row.rebound_spells };
  if (row.p_rebound_30 == null) return say("came_back", told);
  return say("came_back_rate", { ...told, share: percent(row.p_rebound_30) });
}

// Why a row stands where it stands, with the figures that say so.
/** @param {Row} row */
export function whyThere(row) {
  const { reason, cases = 0, expected, third_cases: third, overdue } = row;
  if (!reason) return "";
  return say(`why_${reason}`, {
    ...{ cases: number(cases), third: number(third ?? 0), overdue: number(overdue ?? 0) },
    more: number(Math.max(Math.round(cases - (expected ?? 0)), 0)),
    sites: number(row.chronic_sites ?? 0),
    rebounds: short(row.expected_rebounds_28),
    ahead: short(row.expected_cases_28),
  });
}

/** @param {Facts} facts */
export function areaSentence(facts) {
  const { rebound_spells: fixes = 0, p_rebound_30: share, low, high } = facts;
  const back = facts.rebound_events_30 ?? 0;
  const told = { back: number(back), fixes: number(fixes) };
  if (facts.observed === "no") return say("sentence_unseen", told);
  if (!fixes) return say("sentence_none");
  const { district_p_rebound_30: whole } = facts;
  const district = whole == null ? "–" : percent(whole);
  if (share == null) return say("sentence_few", { ...told, district });
  const values = { ...told, raw: percent(back / fixes), district, share: percent(share) };
  if (low == null || high == null) return say("sentence_plain", values);
  return say("sentence", { ...values, low: Math.round(low * 100), high: percent(high) });
}

// A week's label is given when it closes; whoever saw it then should know why it is another now.
/** @param {boolean} hot @param {string} note */
export function noteWords(hot, note) {
  const [why, since] = note.split(" since ");
  const reasons = { "late facts": say("why_facts"), "other areas": say("why_areas") };
  const reason = /** @type {Record<string, string>} */ (reasons)[why] ?? say("why_rules");
  return say(hot ? "note_hot_since" : "note_hot_before", { day: day(since), reason });
}

/** @param {Value | undefined} value */
export function short(value) {
  if (value == null) return "–";
  return value < 10 ? value.toFixed(1) : number(Math.round(value));
}

/** @param {Case} row */
export function caseBack({ link, gap_days: gap }) {
  if (link !== "rebound") return "";
  if (gap == null) return say("link_rebound");
  return say("link_rebound_after", { days: number(Math.max(1, Math.round(gap))) });
}

// Coverage-adjusted beside raw: fixes whose return nobody could have seen say nothing.
/** @param {Adjusted} adjusted */
export function adjustedWords(adjusted) {
  const {
    closures: fixes,
    rebounds_30: back,
    p_observed_30: share,
    blind_rebounds: blind,
  } = adjusted;
  const all = {
    back: number(back ?? 0),
    fixes: number(fixes),
    share: percent((back ?? 0) / fixes),
  };
  const seen = { back: number(adjusted.observed_rebounds_30 ?? 0) };
  const low = Math.round(adjusted.p_observed_30_low * 100);
  const high = percent(adjusted.p_observed_30_high);
  return [
    say("adjusted_raw", all),
    share == null
      ? say("adjusted_few", seen)
      : say("adjusted_seen", { ...seen, share: percent(share), low, high }),
    blind ? say("adjusted_blind", { blind: number(blind) }) : "",
  ]
    .filter(Boolean)
    .join(" ");
}

// What the pointer is told of an area.
/** @param {string} layer @param {string} kind @param {Value} value @param {number} index its class */
export function hintWords(layer, kind, value, index) {
  const words = index === UNSEEN ? say("nobody_looked") : valueWords(layer, value, index);
  return words ? `${kind} · ${words}` : kind;
}

/** @param {string} layer @param {Value} value @param {number} index */
function valueWords(layer, value, index) {
  if (layer === "density") return "";
  if (value == null) return layer === "coverage" ? say("coverage_unknown") : say("too_few");
  if (layer === "coverage") return say("hint_coverage", { days: number(value) });
  if (layer === "hotspots") return say(`shown_hotspots_${index}`);
  if (layer === "rebound") {
    return say("hint_rebound", {
      class: say(`shown_rebound_${index}`),
      share: percent(value / 1000),
    });
  }
  return say("hint_cases", { count: number(value) });
}
