// What the reader has chosen, kept in the address bar and told to whoever listens.

/** @typedef {(now: Chosen, changed: Set<string>) => void} Listener */

/** @type {Chosen} */
const DEFAULTS = {
  ...{ layer: "rebound", category: "*", kind: "", subdistrict: "" },
  ...{ week: "", area: "", at: "" },
};

export class Choice {
  /**
   * @param {string} query of the address
   * @param {Record<"weeks" | "layers" | "categories" | "kinds" | "subdistricts", string[]>} known
   * @param {(query: string) => void} keep writes the address
   */
  constructor(query, known, keep) {
    this.keep = keep;
    this.latest = known.weeks.at(-1) ?? "";
    /** @type {Listener[]} */
    this.listeners = [];
    /** @type {Chosen} */
    this.chosen = { ...DEFAULTS };
    const asked = new URLSearchParams(query);
    for (const key of keys()) this.chosen[key] = asked.get(key) ?? DEFAULTS[key];
    const { weeks, layers, categories, kinds, subdistricts } = known;
    if (!weeks.includes(this.chosen.week)) this.chosen.week = this.latest;
    if (!layers.includes(this.chosen.layer)) this.chosen.layer = layers[0];
    if (!categories.includes(this.chosen.category)) this.chosen.category = DEFAULTS.category;
    if (!kinds.includes(this.chosen.kind)) this.chosen.kind = "";
    if (!subdistricts.includes(this.chosen.subdistrict)) this.chosen.subdistrict = "";
  }

  get now() {
    return { ...this.chosen };
  }

  /** @param {Partial<Chosen>} changes */
  choose(changes) {
    const changed = keys().filter((key) => key in changes && this.chosen[key] !== changes[key]);
    if (!changed.length) return;
    Object.assign(this.chosen, changes);
    this.keep(this.query());
    for (const listener of this.listeners) listener(this.now, new Set(changed));
  }

  /** @param {Listener} listener */
  whenChosen(listener) {
    this.listeners.push(listener);
  }

  query() {
    const query = new URLSearchParams();
    for (const key of keys()) {
      const plain = key === "week" ? this.latest : DEFAULTS[key];
      if (this.chosen[key] !== plain) query.set(key, this.chosen[key]);
    }
    // Commas and stars are plain in a query: the address stays one that people can read.
    return query.toString().replaceAll("%2C", ",");
  }
}

function keys() {
  return /** @type {(keyof Chosen)[]} */ (Object.keys(DEFAULTS));
}
