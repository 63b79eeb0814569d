// Written by `make looks` from geo_service/terms/looks.py: change it there.

export const COLOURS = {
  ground: "#f6f5f1",
  paper: "#fffefb",
  beyond: "#eeece5",
  water: "#dfe7ea",
  street: "#e3e1db",
  border: "#cdc9bd",
  line: "#dedbd2",
  edge: "#8a8f96",
  hollow: "#aaa69a",
  pale: "#b9bec5",
  text: "#1f2328",
  quiet: "#5b6470",
  name: "#7a7f86",
  water_name: "#6f8894",
  accent: "#0b5cad",
  accent_dark: "#094c90",
  accent_ground: "#e6eef6",
  open: "#5b6470",
  overdue: "#b3261e",
  fixed: "#8a6d00",
  verified: "#1b7f4b",
  hot: "#b30000",
  back: "#d7301f",
  cold: "#2c7fb8",
  curve: "#c0210f",
};

// the least value of each class but the lowest
/** @type {Record<string, {colours: string[], breaks: number[], labels: string[], strongFrom: number}>} */
export const LAYERS = {
  rebound: {"colours": ["#efeadf", "#ccbd9c", "#bd8550", "#b3170a"], "breaks": [1, 2, 3], "labels": [], "strongFrom": 3},
  hotspots: {"colours": ["#efeadf", "#d7301f"], "breaks": [1], "labels": [], "strongFrom": 1},
  density: {"colours": ["#fddcad", "#fca26c", "#f16b4a", "#da3724", "#b60402", "#830000"], "breaks": [], "labels": [], "strongFrom": 99},
  cases: {"colours": ["#f2ecde", "#f4b48a", "#ea7a3f", "#d0421f", "#9c1208"], "breaks": [1, 5, 10, 20], "labels": ["0", "1–4", "5–9", "10–19", "≥ 20"], "strongFrom": 2},
  forecast: {"colours": ["#f2ecde", "#f4b48a", "#ea7a3f", "#d0421f", "#9c1208"], "breaks": [20, 50, 100, 200], "labels": [], "strongFrom": 4},
  coverage: {"colours": ["#e3e4f0", "#a6bddb", "#3690c0", "#045a8d"], "breaks": [4, 8, 16], "labels": ["1–3", "4–7", "8–15", "≥ 16"], "strongFrom": 4},
};

// from which zoom on each step of the heat map is shown
export const HEAT_ZOOMS = [0, 12, 14];
