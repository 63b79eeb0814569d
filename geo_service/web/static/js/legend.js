// What the colours mean, in real units.

import { make } from "./dom.js";
import { LAYERS, UNKNOWN, classOf } from "./ramps.js";
import { say } from "./say.js";

export function showLegend(place, layerName, { values, unseen = [], usual }) {
  const { colours, labels, unknown, cells } = LAYERS[layerName];
  const entries = labels().map((label, index) => entry(swatch(colours[index]), label));
  const seen = (index) => !unseenSet.has(index);
  const unseenSet = new Set(unseen);
  const someUnknown = !cells && values.some((value, index) => classOf(layerName, value) === UNKNOWN && seen(index));
  if (someUnknown) entries.push(entry(make("span", { "class": "swatch hollow" }), say(unknown)));
  if (unseen.length) entries.push(entry(make("span", { "class": "swatch hatched" }), say("nobody_looked")));
  place.replaceChildren(
    make("h2", {}, say(`legend_${layerName}`)),
    make("ul", {}, ...entries),
    make("p", { "class": "quiet-text" }, say(`legend_note_${layerName}`, { usual: usual == null ? "–" : `${(usual / 10).toFixed(1)}\u00a0%` })),
  );
}

function swatch(colour) {
  const square = make("span", { "class": "swatch" });
  square.style.background = colour;
  return square;
}

function entry(mark, label) {
  return make("li", {}, mark, label);
}
