// How an area looks: by its class in the layer shown and by how near one is.

import { COLOURS, LAYERS } from "../base/looks.js";
import { UNKNOWN, UNSEEN } from "./classes.js";
import { OUTLINED_FROM } from "./floors.js";

const LINE = { stroke: true, opacity: 1, dashArray: undefined };
const SOLID = { ...LINE, fill: true, fillOpacity: 1 };
/** @type {Look} */
export const STREET = { ...SOLID, color: COLOURS.street, weight: 2, fillColor: COLOURS.street };
/** What is chosen keeps its colour over this. @type {Look} */
export const CHOSEN = { ...LINE, fill: false, color: COLOURS.accent, weight: 8 };

const MIDDLE_FROM = 14;
const FAR_FROM = 12.75; // below it a whole city is in sight: thousands of thin outlines are a fog
/** @type {Record<string, [number, number]>} weight and opacity */
const HOLLOW = { city: [0.5, 0.3], far: [0.6, 0.7], middle: [1, 0.7], near: [1, 0.7] };
/** @type {Record<string, number>} */
const STRONG = { city: 1.75, far: 2.5, middle: 3 };

/** @param {number} zoom */
export function tierAt(zoom) {
  if (zoom >= OUTLINED_FROM) return "near";
  if (zoom >= MIDDLE_FROM) return "middle";
  return zoom >= FAR_FROM ? "far" : "city";
}

export class Looks {
  /** @param {any} hatching a pattern of the canvas */
  constructor(hatching) {
    this.hatching = hatching;
    /** @type {Map<string, Look>} */
    this.made = new Map();
  }

  // A key is "layer class tier", or "away" for what is filtered out, "clear" where the heat is shown.
  /** @param {string} key @returns {Look} */
  of(key) {
    const made = this.made.get(key) ?? this.make(key);
    this.made.set(key, made);
    return made;
  }

  /** @param {string} key @returns {Look} */
  make(key) {
    if (key === "away" || key === "clear") return { stroke: false, fill: false };
    const [layer, text, tier] = key.split(" ");
    const index = Number(text);
    const { colours, strongFrom } = LAYERS[layer];
    const [weight, opacity] = HOLLOW[tier];
    if (index === UNKNOWN) {
      const ground = { fillColor: COLOURS.ground, fillOpacity: 0.6 };
      return { ...SOLID, color: COLOURS.hollow, weight, opacity, ...ground };
    }
    // A thin alley has no room for hatching: its outline is dashed and says the same.
    if (index === UNSEEN) {
      const dashes = { color: COLOURS.quiet, weight: 1.25, dashArray: "3 3" };
      return { ...SOLID, fillColor: this.hatching, ...dashes };
    }
    const fillColor = colours[index];
    if (tier !== "near") {
      const wide = index >= strongFrom ? STRONG[tier] : 1;
      return { ...SOLID, fillColor, color: fillColor, weight: wide };
    }
    return { ...SOLID, fillColor, color: COLOURS.text, weight: 1, opacity: index ? 0.6 : 0.25 };
  }

  /** Pointing at an area thickens it and never recolours it. @param {string} key @returns {Look} */
  thicker(key) {
    const look = this.of(key);
    const weight = (look.weight ?? 0) + 2;
    return { ...look, stroke: true, color: look.color ?? COLOURS.hollow, weight };
  }
}

/** Lines over the ground, for what nobody looked at. */
export function hatched() {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  pen.fillStyle = COLOURS.ground;
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = COLOURS.edge;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-6, 0, 6]) {
    pen.moveTo(shift, 6);
    pen.lineTo(shift + 6, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}
