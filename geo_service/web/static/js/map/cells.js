// Density as squares of fixed size and fixed classes: the same colour means the same at each zoom.

import { Scale } from "./classes.js";
import { canvasOn } from "./floors.js";

const METRES_A_DEGREE = 111320;

export class Cells {
  /** @param {L.Map} map */
  constructor(map) {
    this.renderer = canvasOn(map, "cells", 350);
    this.group = L.layerGroup().addTo(map);
  }

  /** @param {{cells?: [number, number, number][], cell_m?: number}} answer */
  show({ cells = [], cell_m: side = 0 }) {
    this.group.clearLayers();
    const scale = new Scale("density");
    const look = { pane: "cells", interactive: false, stroke: false, fillOpacity: 0.9 };
    const high = side / METRES_A_DEGREE / 2;
    for (const [lon, lat, count] of cells) {
      const wide = high / Math.cos((lat * Math.PI) / 180);
      const box = L.latLngBounds([lat - high, lon - wide], [lat + high, lon + wide]);
      const fillColor = scale.colours[scale.classOf(count)];
      L.rectangle(box, { ...look, renderer: this.renderer, fillColor }).addTo(this.group);
    }
  }
}
