// One area told: a sentence, a year of weeks, the latest cases.

import { dataName, make } from "../base/dom.js";
import { day, named, number, percent, say } from "../base/say.js";
import { returnCurve } from "../charts/curve.js";
import { giBars } from "../charts/gi.js";
import { total, weeklyBars } from "../charts/weekly.js";
import { adjustedWords, areaSentence, caseBack, noteWords, short } from "./sentences.js";

/** @param {Facts} facts */
export function areaBody(facts) {
  const { weekly = [], observed = "unknown", adjusted, unverified, lists = {} } = facts;
  const parts = [
    make("p.sentence", {}, areaSentence(facts)),
    ...nextWeek(facts),
    weekly.length > 0 && weeksOf(weekly),
    figureList([
      [say("figure_share"), shareWords(facts)],
      [say("figure_fixes"), number(facts.rebound_spells ?? 0), lists.fixes],
      [say("figure_back"), number(facts.rebound_events_30 ?? 0), lists.back],
      [say("figure_cases"), number(total(weekly, "cases")), lists.cases],
      ...(unverified ? [[say("figure_unverified"), number(unverified), lists.unverified]] : []),
    ]),
    observed !== "no" && quiet(say(`observed_${observed}`)),
    ...verdict(facts),
    ...curve(facts),
    ...(adjusted?.closures
      ? [make("h3", {}, say("adjusted_title")), quiet(adjustedWords(adjusted), "adjusted")]
      : []),
    ...pattern(facts),
    make("h3", {}, say("latest_cases")),
    latest(facts.latest ?? []),
  ];
  return parts.filter((part) => part !== false);
}

/** @param {Facts} facts */
function nextWeek({ forecast: mean, forecast_low: low, forecast_high: high }) {
  if (mean == null || low == null || high == null) return [];
  const told = { mean: short(mean), low: number(low), high: number(high) };
  return [make("p", { "data-testid": "next-week" }, say("next_week", told))];
}

/** @param {Week[]} weekly */
export function weeksOf(weekly) {
  return figure(weeklyBars(weekly), [
    key("bar-new", say("key_cases")),
    key("bar-back", say("key_rebounds")),
    key("bar-fix", say("key_fixes")),
  ]);
}

/** @param {(string | null | undefined)[][]} rows a term, its value, where its rows are listed */
export function figureList(rows) {
  const cells = rows.flatMap(([term, value, href]) => [
    make("dt", {}, term),
    make("dd", {}, href ? make("a", { href }, value) : value),
  ]);
  return make("dl.figures", {}, ...cells);
}

/** @param {Facts} facts */
export function shareWords({ observed, p_rebound_30: share }) {
  if (observed === "no") return say("nobody_looked");
  return share == null ? say("too_few") : percent(share);
}

/** One sentence, since when, and how often such a one came true. @param {Facts} facts */
export function verdict({ hot, hot_around: around, uncertain, note, ...facts }) {
  const counts = { cases: number(facts.cases ?? 0), expected: short(facts.expected) };
  const level = around ? "verdict_around" : facts.hot_subdistrict && "verdict_subdistrict";
  const words = hot ? say("verdict_hot", counts) : level ? say(level) : "";
  const [of, came] = facts.record ?? [];
  return [
    words && make("p", { "data-testid": "verdict" }, words, hot ? sinceWords(facts.windows) : ""),
    facts.hot_rebound && make("p", { "data-testid": "verdict-rebound" }, say("verdict_rebound")),
    of && quiet(say("verdict_record", { of: number(of), came: number(came) }), "record"),
    note && quiet(noteWords(Boolean(hot), note), "note"),
    around && uncertain && quiet(say("verdict_uncertain"), "uncertain"),
    facts.judged === false && quiet(say("verdict_early"), "early"),
  ].filter((part) => part instanceof Node);
}

// The longest window that is remarkable by itself says for how long.
/** @param {string | null | undefined} windows such as 1;2;8 */
export function sinceWords(windows) {
  const weeks = windows?.split(";").pop();
  if (!weeks) return "";
  return ` ${weeks === "1" ? say("verdict_since") : say("verdict_for", { weeks })}`;
}

// What happened to the fixes of the last year, as lines; what to make of so few, as a point.
/** @param {Facts} facts */
function curve({ curve: found, observed }) {
  if (!found || observed === "no") return [];
  const head = make("h3", {}, say("curve_title"));
  const { area, closures } = found;
  if (!area) return [head, quiet(say("curve_few", { closures: number(closures) }), "no-curve")];
  const keys = [
    key("curve-here", say("curve_here")),
    key("curve-district", say("curve_district")),
    key("curve-dot", say("curve_dot")),
  ];
  return [head, figure(returnCurve({ ...found, area }), keys)];
}

// The supervisor's word first, by a test of its own; then the analyst's weeks and class.
/** @param {Facts} facts */
function pattern({ gi_series: series, pattern: name, pattern_word: word, gi_z: z }) {
  if (!series?.length) return [];
  const told = name ? say(`class_${name.replace(" ", "_")}`) : say("class_too_short");
  const keys = [
    series.some(({ mark }) => mark > 0) && key("gi-hot", say("key_gi_hot")),
    series.some(({ mark }) => mark < 0) && key("gi-cold", say("key_gi_cold")),
  ];
  const shown = figure(giBars(series), keys);
  shown.dataset.testid = "pattern";
  if (word) {
    const words = ` · ${say(`means_${word}`)}`;
    shown.prepend(make("p.pattern-word", {}, make("b", {}, say(`pattern_${word}`)), words));
  }
  const analyst = z == null ? told : say("analyst_says", { told, z: z.toFixed(2) });
  return [make("h3", {}, say("development")), shown, quiet(analyst, "analyst")];
}

/** @param {Case[]} cases */
function latest(cases) {
  if (!cases.length) return quiet(say("no_cases"));
  const mayOpen = document.body.dataset.mayCases === "yes";
  const rows = cases.map((row) => {
    const href = `/casework/${encodeURIComponent(row.case_id)}`;
    const what = dataName(named(row) || row.category);
    const back = caseBack(row);
    const state = make("span.state-word", { "data-state": row.state }, say(`state_${row.state}`));
    return make(
      "li",
      { "data-testid": "case-row" },
      make("span.case-day", {}, day(row.opened_at)),
      mayOpen ? make("a", { href }, what) : what,
      make("span.case-how", {}, back && make("span.row-hot", {}, back), state),
    );
  });
  return make("ul.cases", {}, ...rows);
}

/** @param {Element} chart @param {(Element | false)[]} keys */
function figure(chart, keys) {
  return make("figure", {}, chart, make("figcaption", {}, ...keys));
}

/** @param {string} name @param {string} text */
function key(name, text) {
  return make(`span.key.${name}`, {}, text);
}

/** @param {string} words @param {string} [id] */
function quiet(words, id) {
  return make("p.quiet-text", { "data-testid": id }, words);
}
