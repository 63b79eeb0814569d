// What the reader has chosen, kept in the address bar and told to whoever listens.

/** @type {Chosen} */
const DEFAULTS = {
  ...{ layer: "rebound", days: "30", category: "*", kind: "", subdistrict: "" },
  ...{ what: "cases", weeks: "4", week: "", area: "", at: "" },
};

const KEYS = /** @type {(keyof Chosen)[]} */ (Object.keys(DEFAULTS));

export class Choice {
  // `keep` writes the address, of which `query` is what is asked for; where `known` tells what there
  // is to be chosen, nothing else is. Without a word the last week is shown.
  /** @param {string} query @param {Partial<Record<keyof Chosen, string[]>>} known
   * @param {(query: string) => void} keep */
  constructor(query, known, keep) {
    this.keep = keep;
    /** @type {Listener[]} */
    this.listeners = [];
    this.plain = { ...DEFAULTS, week: known.week?.at(-1) ?? "" };
    this.chosen = { ...this.plain };
    for (const key of KEYS) {
      const asked = new URLSearchParams(query).get(key);
      if (asked !== null && known[key]?.includes(asked) !== false) this.chosen[key] = asked;
    }
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
      if (this.chosen[key] !== this.plain[key]) query.set(key, this.chosen[key]);
    }
    // Commas and stars are plain in a query: the address stays one that people can read.
    return query.toString().replaceAll("%2C", ",");
  }
}
