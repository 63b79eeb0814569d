// Which class a value falls into, on the layer that is shown.

import { LAYERS } from "../base/looks.js";

export const UNKNOWN = -1;
export const UNSEEN = -2; // nobody looked: hatched on every layer

export class Scale {
  // `usual` is the whole district's value, where classes are multiples of it.
  /** @param {string} name of the layer @param {Value} [usual] */
  constructor(name, usual) {
    const { colours, breaks, times, strongFrom } = LAYERS[name];
    this.name = name;
    this.usual = usual;
    this.colours = colours;
    this.strongFrom = strongFrom;
    this.breaks = times.length ? times.map((one) => (usual ? one * usual : Infinity)) : breaks;
    this.cells = name === "density"; // squares, not areas, are coloured
  }

  /** @param {Value} value */
  classOf(value) {
    if (value == null) return UNKNOWN;
    const above = this.breaks.findIndex((edge) => value < edge);
    return above < 0 ? this.breaks.length : above;
  }
}
