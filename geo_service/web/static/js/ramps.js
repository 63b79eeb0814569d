// The classes of each layer: where they break, in real units, and their colours (ColorBrewer OrRd).

import { say } from "./say.js";

export const UNKNOWN = -1;
export const UNSEEN = -2; // nobody looked: hatched on every layer

const NONE = "#e6e1d6"; // nearly the ground
const RAMP = ["#fbdcae", "#fc8d59", "#c0210f"]; // what is about usual stays pale
const DEEP = ["#fdd49e", "#fdbb84", "#ef6548", "#b30000"];

const per = (from, to) => `${from}–${to}\u00a0%`;

export const LAYERS = {
  rebound: {
    breaks: [100, 200, 350], // per mille
    colours: [NONE, ...RAMP],
    labels: () => [`< 10\u00a0%`, per(10, 20), per(20, 35), `> 35\u00a0%`],
    strongFrom: 2,
    unknown: "too_few",
  },
  hotspots: {
    breaks: [1],
    colours: [NONE, "#d7301f"],
    labels: () => [say("not_hot"), say("hot")],
    strongFrom: 1,
    unknown: "too_few",
  },
  cases: {
    breaks: [1, 5, 10, 20],
    colours: [NONE, ...DEEP],
    strongFrom: 2,
    labels: () => ["0", "1–4", "5–9", "10–19", "≥ 20"],
    unknown: "too_few",
  },
  density: {
    breaks: [2, 4, 8],
    colours: DEEP,
    labels: () => ["1", "2–3", "4–7", "≥ 8"],
    unknown: "too_few",
    cells: true,
  },
  coverage: {
    breaks: [4, 8, 16], // of 28 days; 0 is nobody
    colours: ["#d0d1e6", "#a6bddb", "#3690c0", "#045a8d"],
    labels: () => ["1–3", "4–7", "8–15", "≥ 16"],
    strongFrom: 4,
    unknown: "coverage_unknown",
  },
};

export function classOf(layer, value) {
  if (value == null || value === 65535) return UNKNOWN;
  const { breaks } = LAYERS[layer];
  let index = 0;
  while (index < breaks.length && value >= breaks[index]) index += 1;
  return index;
}
