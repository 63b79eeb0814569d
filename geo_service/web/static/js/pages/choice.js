// What the reader has chosen, kept in the address bar and told to whoever listens.

/** @type {Chosen} */
const DEFAULTS = {
  ...{ layer: "rebound", category: "*", kind: "", subdistrict: "" },
  ...{ week: "", area: "", at: "" },
};

const KEYS = /** @type {(keyof Chosen)[]} */ (Object.keys(DEFAULTS));

export class Choice {
  // `keep` writes the address, of which `query` is what is asked for.
  /** @param {string} query @param {There} there @param {(query: string) => void} keep */
  constructor(query, there, keep) {
    this.keep = keep;
    this.latest = there.weeks.at(-1) ?? "";
    /** @type {Listener[]} */
    this.listeners = [];
    /** @type {Chosen} */
    this.chosen = { ...DEFAULTS };
    const asked = new URLSearchParams(query);
    for (const key of KEYS) this.chosen[key] = asked.get(key) ?? DEFAULTS[key];
    const { weeks, layers, categories, kinds, subdistricts } = there;
    const { week, layer, category, kind, subdistrict } = this.chosen;
    if (!weeks.includes(week)) this.chosen.week = this.latest;
    if (!layers.includes(layer)) this.chosen.layer = layers[0];
    if (!categories.some(({ code }) => code === category)) this.chosen.category = DEFAULTS.category;
    if (!kinds.some((row) => row.kind === kind)) this.chosen.kind = "";
    if (!subdistricts.some(({ id }) => id === subdistrict)) this.chosen.subdistrict = "";
  }

  get now() {
    return { ...this.chosen };
  }

  /** @param {Partial<Chosen>} changes */
  choose(changes) {
    const changed = KEYS.filter((key) => key in changes && this.chosen[key] !== changes[key]);
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
    for (const key of KEYS) {
      const plain = key === "week" ? this.latest : DEFAULTS[key];
      if (this.chosen[key] !== plain) query.set(key, this.chosen[key]);
    }
    // Commas and stars are plain in a query: the address stays one that people can read.
    return query.toString().replaceAll("%2C", ",");
  }
}
