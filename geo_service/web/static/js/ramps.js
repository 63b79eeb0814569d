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
    times: [1.2, 1.5, 2], // of what is usual: areas drawn together do not spread over fixed shares
    breaks: [],
    colours: [NONE, ...RAMP],
    labels: () => {
      const [a, b, c] = LAYERS.rebound.breaks.map((one) => Math.round(one / 10));
      if (!Number.isFinite(a)) return [say("as_usual")];
      return [say("usual_below", { per: `${a}\u00a0%` }), say("usual_up_to", { times: 1.5, per: per(a, b) }),
        say("usual_up_to", { times: 2, per: per(b, c) }), say("usual_over", { times: 2, per: `${c}\u00a0%` })];
    },
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

// `usual` is the whole district's share, per mille; null where nothing is known of it.
export function measureBy(layerName, usual) {
  const layer = LAYERS[layerName];
  if (layer.times) layer.breaks = layer.times.map((times) => (usual ? times * usual : Infinity));
}

export function classOf(layer, value) {
  if (value == null || value === 65535) return UNKNOWN;
  const { breaks } = LAYERS[layer];
  let index = 0;
  while (index < breaks.length && value >= breaks[index]) index += 1;
  return index;
}
