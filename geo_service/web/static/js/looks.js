// How an area looks: by its class in the layer shown and by how near one is.

import { COLOURS, OUTLINED_FROM } from "./panes.js";
import { LAYERS, UNKNOWN, UNSEEN } from "./ramps.js";

export const STREET = {
  stroke: true, color: COLOURS.street, weight: 2, opacity: 1, fill: true, fillColor: COLOURS.street, fillOpacity: 1,
};
export const CHOSEN = { stroke: true, color: COLOURS.accent, weight: 3, opacity: 1, dashArray: null };

const MIDDLE_FROM = 14;
const FAR_FROM = 12.75; // below it a whole city is in sight, and thousands of thin outlines are a fog
const HOLLOW = { city: [0.5, 0.3], far: [0.6, 0.7], middle: [1, 0.7], near: [1, 0.7] }; // weight, opacity
const STRONG = { city: 1.75, far: 2.5, middle: 3 };

export function tierAt(zoom) {
  if (zoom >= OUTLINED_FROM) return "near";
  if (zoom >= MIDDLE_FROM) return "middle";
  return zoom >= FAR_FROM ? "far" : "city";
}

export class Looks {
  constructor() {
    this.hatching = hatching();
    this.made = new Map();
  }

  // A key is "layer class tier", or "away" for what is filtered out, "clear" where cells are shown.
  of(key) {
    if (!this.made.has(key)) this.made.set(key, this.make(key));
    return this.made.get(key);
  }

  make(key) {
    if (key === "away" || key === "clear") return { stroke: false, fill: false };
    const [layerName, index, tier] = key.split(" ");
    const { colours, strongFrom } = LAYERS[layerName];
    const solid = { stroke: true, fill: true, fillOpacity: 1, opacity: 1, dashArray: null };
    if (Number(index) === UNKNOWN || Number(index) === UNSEEN) {
      const [weight, opacity] = HOLLOW[tier];
      const hollow = { ...solid, color: COLOURS.hollow, weight, opacity };
      // A thin alley has no room for hatching: its outline is dashed and says the same.
      return Number(index) === UNSEEN ? { ...hollow, fillColor: this.hatching, color: COLOURS.quiet, weight: 1.25, opacity: 1, dashArray: "3 3" }
        : { ...hollow, fillColor: COLOURS.ground, fillOpacity: 0.6 };
    }
    const colour = colours[index];
    if (tier === "near") return { ...solid, fillColor: colour, color: COLOURS.text, weight: 1, opacity: Number(index) ? 0.6 : 0.25 };
    return { ...solid, fillColor: colour, color: colour, weight: Number(index) >= strongFrom ? STRONG[tier] : 1 };
  }

  // Hover thickens, never recolours.
  thicker(key) {
    const look = this.of(key);
    return { ...look, stroke: true, color: look.color ?? COLOURS.hollow, weight: (look.weight ?? 0) + 2 };
  }
}

function hatching() {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const pen = tile.getContext("2d");
  pen.fillStyle = COLOURS.ground;
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = COLOURS.edge;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-6, 0, 6]) { pen.moveTo(shift, 6); pen.lineTo(shift + 6, 0); }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}
