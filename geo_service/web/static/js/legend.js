// What the colours mean, in real units.

import { make } from "./dom.js";
import { LAYERS, UNKNOWN, classOf } from "./ramps.js";
import { say } from "./say.js";

export function showLegend(place, layerName, values) {
  const { colours, labels, unknown, cells } = LAYERS[layerName];
  const entries = labels().map((label, index) => entry(swatch(colours[index]), label));
  const someUnknown = !cells && values.some((value) => classOf(layerName, value) === UNKNOWN);
  if (someUnknown) {
    const kind = make("span", { "class": `swatch ${unknown}` });
    entries.push(entry(kind, say(unknown === "hollow" ? "too_few" : "nobody_looked")));
  }
  place.replaceChildren(
    make("h2", {}, say(`legend_${layerName}`)),
    make("ul", {}, ...entries),
    make("p", { "class": "quiet-text" }, say(`legend_note_${layerName}`)),
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
