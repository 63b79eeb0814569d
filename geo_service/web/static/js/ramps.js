// The classes of each layer: where they break, in real units, and their colours (ColorBrewer OrRd).

import { LAYERS as drawn } from "./base/looks.js";
import { say } from "./say.js";

export const UNKNOWN = -1;
export const UNSEEN = -2; // nobody looked: hatched on every layer

const per = (from, to) => `${from}–${to}\u00a0%`;

const TOLD = {
  rebound: {
    unknown: "too_few",
    labels: () => {
      const [a, b, c] = LAYERS.rebound.breaks.map((one) => Math.round(one / 10));
      if (!Number.isFinite(a)) return [say("as_usual")];
      return [say("usual_below", { per: `${a}\u00a0%` }), say("usual_up_to", { times: 1.5, per: per(a, b) }),
        say("usual_up_to", { times: 2, per: per(b, c) }), say("usual_over", { times: 2, per: `${c}\u00a0%` })];
    },
  },
  hotspots: { unknown: "too_few", labels: () => [say("not_hot"), say("hot")] },
  cases: { unknown: "too_few", labels: () => drawn.cases.labels },
  density: { unknown: "too_few", labels: () => drawn.density.labels, cells: true },
  coverage: { unknown: "coverage_unknown", labels: () => drawn.coverage.labels },
};

export const LAYERS = Object.fromEntries(Object.entries(drawn).map(([name, one]) => [name, { ...one, ...TOLD[name] }]));

// `usual` is the whole district's share, per mille; null where nothing is known of it.
export function measureBy(layerName, usual) {
  const layer = LAYERS[layerName];
  if (layer.times.length) layer.breaks = layer.times.map((times) => (usual ? times * usual : Infinity));
}

export function classOf(layer, value) {
  if (value == null) return UNKNOWN;
  const { breaks } = LAYERS[layer];
  let index = 0;
  while (index < breaks.length && value >= breaks[index]) index += 1;
  return index;
}
