// Which class a value falls into, on the layer that is shown.

import { LAYERS } from "../base/looks.js";

export const UNKNOWN = -1;
export const UNSEEN = -2; // nobody looked: hatched on every layer

export class Scale {
  /** @param {string} name of the layer @param {Picture} [heat] the ground, not areas, is coloured */
  constructor(name, heat) {
    const { colours, breaks, strongFrom } = LAYERS[name];
    this.name = name;
    this.colours = colours;
    this.strongFrom = strongFrom;
    this.heat = heat;
    this.breaks = heat?.breaks ?? breaks;
  }

  /** @param {Value} value */
  classOf(value) {
    if (value == null) return UNKNOWN;
    const above = this.breaks.findIndex((edge) => value < edge);
    return above < 0 ? this.breaks.length : above;
  }
}
