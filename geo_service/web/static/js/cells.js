// Density as squares of fixed size and fixed classes: the same colour means the same at each zoom.

import { canvasOn } from "./panes.js";
import { LAYERS, classOf } from "./ramps.js";

const L = window.L;
const METRES_A_DEGREE = 111320;

export class Cells {
  constructor(map) {
    this.map = map;
    this.renderer = canvasOn(map, "cells", 350);
    this.group = L.layerGroup().addTo(map);
  }

  show({ cells, cell_m: side }) {
    this.clear();
    const high = side / METRES_A_DEGREE / 2;
    for (const [lon, lat, count] of cells) {
      const index = classOf("density", count);
      const wide = high / Math.cos((lat * Math.PI) / 180);
      L.rectangle([[lat - high, lon - wide], [lat + high, lon + wide]], {
        renderer: this.renderer, pane: "cells", interactive: false, stroke: false,
        fillColor: LAYERS.density.colours[index], fillOpacity: 0.9,
      }).addTo(this.group);
    }
  }

  clear() {
    this.group.clearLayers();
  }
}
