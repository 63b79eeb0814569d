// What the colours mean, in real units.

import { make } from "../base/dom.js";
import { LAYERS } from "../base/looks.js";
import { say } from "../base/say.js";
import { BACK } from "./badges.js";
import { UNKNOWN } from "./classes.js";

const UNKNOWN_WORDS = new Map([
  ["coverage", "coverage_unknown"],
  ["forecast", "no_forecast"],
]);

/** What each class of a layer holds. @param {Scale} scale */
export function labelsOf({ name, breaks, colours }) {
  const { labels } = LAYERS[name];
  if (labels.length) return labels;
  if (name === "density") {
    return breaks.map((low, at) => (at + 1 in breaks ? `${low}–${breaks[at + 1]}` : `≥ ${low}`));
  }
  return colours.map((_, index) => say(`shown_${name}_${index}`));
}

/** @param {HTMLElement} place @param {Scale} scale @param {Values} answer */
export function showLegend(place, scale, answer) {
  const { values, unseen = [], absent = [], usual, days = 30, what = "cases", weeks = 4 } = answer;
  const heat = scale.name === "density";
  const entries = labelsOf(scale).map((label, index) => entry(swatch(scale.colours[index]), label));
  const blind = new Set([...unseen, ...absent]);
  const unknown = values.some((value, at) => scale.classOf(value) === UNKNOWN && !blind.has(at));
  if (unknown && !heat) {
    const why = say(UNKNOWN_WORDS.get(scale.name) ?? "too_few");
    entries.push(entry(make("span.swatch.hollow"), why));
  }
  if (unseen.length) entries.push(entry(make("span.swatch.hatched"), say("nobody_looked")));
  const told = { metres: scale.heat?.metres ?? 0, usual: "–" };
  if (usual != null) told.usual = `${(usual / 10).toFixed(1)}\u00a0%`;
  place.replaceChildren(
    make("h2", {}, heat ? say(`heat_${what}`, { weeks }) : say(`legend_${scale.name}`, { days })),
    make("ul", {}, ...entries),
    make("ul.badge-keys", {}, ...badgeKeys()),
    make("p.quiet-text", {}, say(`legend_note_${scale.name}`, told)),
  );
}

// What badges of the list look like, on every layer.
function badgeKeys() {
  return [
    entry(make("span.badge-hot", {}, "1"), say("hot")),
    entry(make("span.badge-back", {}, BACK), say("hot_rebound")),
  ];
}

/** @param {string} colour */
function swatch(colour) {
  const square = make("span.swatch");
  square.style.background = colour;
  return square;
}

/** @param {HTMLElement} mark @param {string} label */
function entry(mark, label) {
  return make("li", {}, mark, label);
}
