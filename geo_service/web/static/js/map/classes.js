// Which class a value falls into, on the layer that is shown.

import { HEAT, LAYERS } from "../base/looks.js";

export const UNKNOWN = -1;
export const UNSEEN = -2; // nobody looked: hatched on every layer

export class Scale {
  /** @param {string} name of the layer @param {number} step of the heat */
  constructor(name, step = 0) {
    const { colours, breaks, strongFrom } = LAYERS[name];
    this.name = name;
    this.colours = colours;
    this.strongFrom = strongFrom;
    this.breaks = breaks;
    this.heat = name === "density" ? HEAT[step] : null; // the ground, not areas, is coloured
    if (this.heat) this.breaks = this.heat.breaks;
  }

  /** @param {Value} value */
  classOf(value) {
    if (value == null) return UNKNOWN;
    const above = this.breaks.findIndex((edge) => value < edge);
    return above < 0 ? this.breaks.length : above;
  }
}
