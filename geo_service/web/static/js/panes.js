// The floors of the map, from the ground up, each with its canvas.

const L = window.L;

export { COLOURS } from "./base/looks.js";

export const OUTLINED_FROM = 16; // below it a dark outline would hide a thin alley's colour

export function floor(map, name, height, pressable = false) {
  const pane = map.createPane(name);
  pane.style.zIndex = height;
  if (!pressable) pane.style.pointerEvents = "none";
  return pane;
}

export function canvasOn(map, name, height, pressable = false) {
  floor(map, name, height, pressable);
  return L.canvas({ pane: name, padding: 0.2 });
}

export function labelsOn(map, name, height, pressable = false) {
  floor(map, name, height, pressable);
  return name;
}

export function hasTiles(map) {
  let found = false;
  map.eachLayer((layer) => { found ||= layer instanceof L.TileLayer; });
  return found;
}
