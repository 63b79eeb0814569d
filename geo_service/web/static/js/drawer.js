// One area told: a sentence, a year of weeks, the latest cases.

import { adjustedWords } from "./adjusted.js";
import { dataName, icon, make } from "./dom.js";
import { giBars, weeklyBars } from "./bars.js";
import { returnCurve } from "./curve.js";
import { day, number, percent, say } from "./say.js";

export function areaSentence(facts) {
  const { rebound_spells: fixes, rebound_events_30: back, p_rebound_30: share } = facts;
  // Where nobody looked nothing came to light: no share of it may sound like good news.
  if (facts.observed === "no") return say("sentence_unseen", { back: number(back ?? 0), fixes: number(fixes ?? 0) });
  if (!fixes) return say("sentence_none");
  const values = {
    back: number(back ?? 0), fixes: number(fixes), share: share == null ? "" : percent(share),
    district: facts.district_p_rebound_30 == null ? "–" : percent(facts.district_p_rebound_30),
    low: facts.low == null ? "" : Math.round(facts.low * 100), high: facts.high == null ? "" : percent(facts.high),
  };
  if (share == null) return say("sentence_few", values);
  return say(facts.low == null ? "sentence_plain" : "sentence", values);
}

export function areaBody(facts, { thisYear, categoryName }) {
  const weekly = facts.weekly ?? [];
  const total = (key) => weekly.reduce((sum, row) => sum + (row[key] || 0), 0);
  return [
    make("p", { "class": "sentence" }, areaSentence(facts)),
    weekly.length ? make("figure", {}, weeklyBars(weekly, thisYear), make("figcaption", {},
      key("bar-new", say("key_cases")), key("bar-back", say("key_rebounds")), key("bar-fix", say("key_fixes")))) : null,
    make("dl", { "class": "figures" },
      ...figure(say("figure_share"), facts.observed === "no" ? say("nobody_looked")
        : facts.p_rebound_30 == null ? say("too_few") : percent(facts.p_rebound_30)),
      ...figure(say("figure_fixes"), number(facts.rebound_spells ?? 0)),
      ...figure(say("figure_back"), number(facts.rebound_events_30 ?? 0)),
      ...figure(say("figure_cases"), number(total("cases"))),
      ...(facts.unverified ? figure(say("figure_unverified"), number(facts.unverified)) : [])),
    facts.observed === "no" ? null : make("p", { "class": "quiet-text" }, say(`observed_${facts.observed ?? "unknown"}`)),
    ...verdictWords(facts),
    ...curveWords(facts),
    ...adjustedWords(facts),
    ...patternWords(facts),
    make("h3", {}, say("latest_cases")),
    latest(facts.latest ?? [], categoryName),
  ].filter(Boolean);
}

// One sentence, two where the choice of neighbours decides.
function verdictWords({ hot, hot_around: around, uncertain, cases, expected, note }) {
  const told = [];
  if (hot) told.push(make("p", { "data-testid": "verdict" }, say("verdict_hot", { cases: number(cases), expected: short(expected) })));
  else if (around) told.push(make("p", { "data-testid": "verdict" }, say("verdict_around")));
  if (note) told.push(make("p", { "class": "quiet-text", "data-testid": "note" }, noteWords(hot, note)));
  if (around && uncertain) told.push(make("p", { "class": "quiet-text", "data-testid": "uncertain" }, say("verdict_uncertain")));
  return told;
}

// What happened to the fixes of the last year, as lines; what to make of so few of them, as a point.
function curveWords({ curve, observed }) {
  if (!curve || observed === "no") return [];
  const head = make("h3", {}, say("curve_title"));
  if (!curve.area) return [head, make("p", { "class": "quiet-text", "data-testid": "no-curve" }, say("curve_few", { closures: number(curve.closures) }))];
  return [head, make("figure", {}, returnCurve(curve), make("figcaption", {},
    key("curve-here", say("curve_here")), key("curve-district", say("curve_district")), key("curve-dot", say("curve_dot"))))];
}

// The supervisor's word first, the weeks that led to it, then the analyst's own.
function patternWords({ gi_series: series, pattern, pattern_word: word, gi_z: z }) {
  if (!series?.length) return [];
  const told = pattern ? say(`class_${pattern.replace(" ", "_")}`) : say("class_too_short");
  return [
    make("h3", {}, say("development")),
    make("figure", { "data-testid": "pattern" },
      word ? make("p", { "class": "pattern-word" }, make("b", {}, say(`pattern_${word}`)), ` · ${say(`means_${word}`)}`) : null,
      giBars(series),
      make("figcaption", {},
        series.some(({ mark }) => mark > 0) && key("gi-hot", say("key_gi_hot")),
        series.some(({ mark }) => mark < 0) && key("gi-cold", say("key_gi_cold")))),
    make("p", { "class": "quiet-text", "data-testid": "analyst" }, z == null ? told : say("analyst_says", { told, z: z.toFixed(2) })),
  ];
}

// A week's label is given when it closes; whoever saw it then should know why it is another now.
function noteWords(hot, note) {
  const [why, since] = note.split(" since ");
  const reason = { "late facts": say("why_facts"), "other areas": say("why_areas") }[why] ?? say("why_rules");
  return say(hot ? "note_hot_since" : "note_hot_before", { day: day(since), reason });
}

function short(value) {
  return value == null ? "–" : (value < 10 ? value.toFixed(1) : number(Math.round(value)));
}

function key(name, text) {
  return make("span", { "class": `key ${name}` }, text);
}

function figure(term, value) {
  return [make("dt", {}, term), make("dd", {}, value)];
}

function cameBackAfter(gap) {
  return gap == null ? say("link_rebound") : say("link_rebound_after", { days: number(Math.max(1, Math.round(gap))) });
}

function latest(cases, categoryName) {
  if (!cases.length) return make("p", { "class": "quiet-text" }, say("no_cases"));
  const mayOpen = document.body.dataset.mayCases === "yes";
  return make("ul", { "class": "cases" }, ...cases.map((row) => {
    const what = dataName(categoryName(row.category));
    return make("li", { "data-testid": "case-row" },
      make("span", { "class": "case-day" }, day(row.opened_at)),
      mayOpen ? make("a", { href: `/casework/${encodeURIComponent(row.case_id)}` }, what) : what,
      make("span", { "class": "case-how" },
        row.link === "rebound" ? make("span", { "class": "row-hot" }, cameBackAfter(row.gap_days)) : null,
        make("span", { "class": "state-word", "data-state": row.state }, say(`state_${row.state}`))));
  }));
}

export class Drawer {
  constructor(place, { kindName, categoryName, thisYear, mayAssign, onAssign, onClose }) {
    Object.assign(this, { place, kindName, categoryName, thisYear, mayAssign, onAssign, onClose });
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.stopPropagation(); this.onClose(); }
    });
  }

  // `wait` is the promise of the area's facts: the frame stands at once, the figures follow.
  async open({ area_id: id, name, kind, subdistrict_name: subdistrict }, wait) {
    const title = make("h2", { id: "drawer-title", "data-name": true }, name || id);
    const where = make("p", { "class": "quiet-text", "data-name": true }, this.whereWords(kind, subdistrict));
    const body = make("div", { "class": "drawer-body" }, make("p", { "class": "quiet-text" }, say("loading")));
    const foot = make("div", { "class": "drawer-foot" }, make("a", { "class": "button second", href: `/areas/${encodeURIComponent(id)}` }, say("whole_page")));
    this.place.replaceChildren(
      make("div", { "class": "drawer-head" }, make("div", {}, title, where),
      make("button", { type: "button", "class": "quiet close", "aria-label": say("close"), onclick: () => this.onClose() }, icon("close"))),
      body, foot);
    const wasOpen = !this.place.hidden;
    this.place.hidden = false;
    if (!wasOpen) this.place.focus();
    this.shown = id;
    try {
      const facts = await wait;
      if (this.shown !== id) return;
      if (!name && facts.name) title.textContent = facts.name;
      if (!kind) where.textContent = this.whereWords(facts.kind, facts.subdistrict_name);
      body.replaceChildren(...areaBody(facts, this));
      if (this.mayAssign) {
        foot.prepend(make("button", { type: "button", "data-testid": "assign", onclick: () => this.onAssign({ ...facts, area_id: id, name }) }, say("assign")));
      }
    } catch (error) {
      if (this.shown === id) body.replaceChildren(make("p", { "class": "error" }, say("could_not", { what: say("read_area"), why: error.message })));
    }
  }

  whereWords(kind, subdistrict) {
    return [this.kindName(kind), subdistrict].filter(Boolean).join(" · ");
  }

  close() {
    this.shown = "";
    this.place.hidden = true;
    this.place.replaceChildren();
  }
}
