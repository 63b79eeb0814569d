// Fetches tiles and keeps those seen lately; layers of one map share it.

import { nameOf, readTile } from "./tile.js";

/** @typedef {{tile: Promise<Tile>, users: number, here: boolean, stop: AbortController}} Kept */

const KEPT = 160;
const TYPE = "application/vnd.mapbox-vector-tile";
const TRIES = 3;

export class TileStore {
  // `onTrouble` hears of a tile that did not come at all; `rest` ms later it is asked for again.
  /** @param {string} layer @param {(error: unknown) => void} onTrouble @param {number} rest */
  constructor(layer, onTrouble = () => {}, rest = 1500) {
    this.layer = layer;
    this.onTrouble = onTrouble;
    this.rest = rest;
    /** @type {Map<string, Kept>} seen last comes last */
    this.kept = new Map();
  }

  /** The tile, which its taker gives back with `drop`. @param {At} at */
  take(at) {
    const name = nameOf(at);
    const one = this.kept.get(name) ?? this.ask(name);
    this.kept.delete(name);
    this.kept.set(name, one);
    one.users += 1;
    return one.tile;
  }

  /** What nobody wants any longer is not waited for. @param {At} at */
  drop(at) {
    const name = nameOf(at);
    const one = this.kept.get(name);
    if (!one) return;
    one.users -= 1;
    if (!one.users && !one.here) {
      one.stop.abort();
      this.kept.delete(name);
    }
    for (const [old, { users }] of this.kept) {
      if (this.kept.size <= KEPT) break;
      if (!users) this.kept.delete(old);
    }
  }

  /** @param {string} name @returns {Kept} */
  ask(name) {
    const stop = new AbortController();
    const one = { tile: this.fetch(name, stop.signal), users: 0, here: false, stop };
    const lost = (/** @type {unknown} */ error) => {
      if (this.kept.get(name) === one) this.kept.delete(name);
      if (!stop.signal.aborted) this.onTrouble(error);
    };
    one.tile.then(() => Object.assign(one, { here: true }), lost);
    return one;
  }

  /** @param {string} name @param {AbortSignal} signal @returns {Promise<Tile>} */
  async fetch(name, signal, tries = TRIES) {
    try {
      const headers = { Accept: `${TYPE}, application/json` };
      const answer = await fetch(`/tiles/${this.layer}/${name}.mvt`, { signal, headers });
      const sort = answer.headers.get("Content-Type") ?? "";
      const good = answer.ok && sort.startsWith(TYPE);
      if (!good) throw new Error(`${answer.status} ${answer.statusText}`);
      return readTile(await answer.arrayBuffer());
    } catch (error) {
      if (tries === 1 || signal.aborted) throw error;
      await new Promise((done) => setTimeout(done, this.rest));
      signal.throwIfAborted();
      return this.fetch(name, signal, tries - 1);
    }
  }
}
