// The floors of the map, from the ground up, each with its canvas.

export const OUTLINED_FROM = 16; // below it a dark outline would hide a thin alley's colour

/** @param {L.Map} map @param {string} name @param {number} height @param {boolean} pressable */
export function floor(map, name, height, pressable = false) {
  const pane = map.createPane(name);
  pane.style.zIndex = String(height);
  if (!pressable) pane.style.pointerEvents = "none";
  return pane;
}

/** @param {L.Map} map @param {string} name @param {number} height @param {boolean} pressable */
export function canvasOn(map, name, height, pressable = false) {
  floor(map, name, height, pressable);
  return L.canvas({ pane: name, padding: 0.2 });
}
