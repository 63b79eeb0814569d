// The floors of the map, from the ground up, each with its canvas.

const L = window.L;

export const COLOURS = {
  ground: "#f6f5f1", beyond: "#eeece5", water: "#dfe7ea", street: "#e3e1db", border: "#cdc9bd", text: "#1f2328", hollow: "#aaa69a",
};

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
