// Fetches tiles, keeps those seen lately, and tells which one can stand in for one not here yet.

import { readTile } from "./mvt.js";

const KEPT = 160;
const TYPE = "application/vnd.mapbox-vector-tile";
const TRIES = 3;
const REST = 1500; // ms before a tile that did not come is asked for again

// What the page was told about tiles; null where the areas come all at once.
export function tiled() {
  const told = document.querySelector("meta[name=area-tiles]");
  return told && JSON.parse(told.content);
}

export const nameOf = ({ z, x, y }) => `${z}/${x}/${y}`;

export class TileLoad {
  constructor(layer, onTrouble = () => {}) {
    Object.assign(this, { layer, onTrouble });
    this.listeners = [];
    this.tiles = new Map();
    this.asked = new Map();
    this.names = new Set();
  }

  get(at) {
    return this.tiles.get(nameOf(at));
  }

  // Asks for what is wanted, nearest first, and gives up what is wanted no longer.
  want(wanted) {
    const names = new Set(wanted.map(nameOf));
    this.names = names;
    for (const [name, stop] of this.asked) {
      if (!names.has(name)) { stop.abort(); this.asked.delete(name); }
    }
    for (const at of wanted) {
      const name = nameOf(at);
      const here = this.tiles.get(name);
      if (here) {
        this.tiles.delete(name); // moved to the end: seen last, dropped last
        this.tiles.set(name, here);
      } else if (!this.asked.has(name)) this.ask(at, name);
    }
    for (const name of this.tiles.keys()) {
      if (this.tiles.size <= KEPT) break;
      if (!names.has(name)) this.tiles.delete(name);
    }
  }

  async ask(at, name, tries = 1) {
    const stop = new AbortController();
    this.asked.set(name, stop);
    try {
      const answer = await fetch(`/tiles/${this.layer}/${name}.mvt`, { signal: stop.signal, headers: { Accept: `${TYPE}, application/json` } });
      const sort = answer.headers.get("Content-Type") ?? "";
      if (!answer.ok || !sort.startsWith(TYPE)) throw new Error(`${answer.status} ${answer.statusText}`);
      this.tiles.set(name, readTile(await answer.arrayBuffer()));
      this.asked.delete(name);
      for (const listener of this.listeners) listener();
    } catch (error) {
      if (this.asked.get(name) === stop) this.asked.delete(name);
      if (error.name === "AbortError") return;
      if (tries === TRIES) this.onTrouble(error);
      else setTimeout(() => { if (this.names.has(name) && !this.asked.has(name)) this.ask(at, name, tries + 1); }, REST);
    }
  }

  // The tile itself, else the nearest larger one that is here, else those within it one step down.
  standIns(at) {
    for (let up = 0; up <= at.z; up += 1) {
      const over = { z: at.z - up, x: at.x >> up, y: at.y >> up };
      const tile = this.get(over);
      if (tile) return [{ at: over, tile }];
    }
    return [[0, 0], [1, 0], [0, 1], [1, 1]]
      .map(([right, down]) => ({ z: at.z + 1, x: 2 * at.x + right, y: 2 * at.y + down }))
      .map((within) => ({ at: within, tile: this.get(within) })).filter(({ tile }) => tile);
  }
}
