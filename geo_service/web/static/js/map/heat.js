// The heat map: one picture a zoom step, whose colours mean the same whatever is on the screen.

import { HEAT_ZOOMS } from "../base/looks.js";
import { floor } from "./floors.js";

/** Which step is drawn at a zoom. @param {number} zoom */
export function stepAt(zoom) {
  return HEAT_ZOOMS.filter((from) => zoom >= from).length - 1;
}

export class Heat {
  /** @param {L.Map} map @param {() => void} onStep told when another step is to be shown */
  constructor(map, onStep) {
    floor(map, "heat", 350);
    this.map = map;
    this.step = stepAt(map.getZoom());
    map.on("zoomend", () => stepAt(map.getZoom()) === this.step || onStep());
  }

  /** Gives what is shown. @param {{heat?: Picture[]}} answer */
  show({ heat = [] }) {
    this.overlay?.remove();
    this.step = stepAt(this.map.getZoom());
    const picture = heat[this.step];
    const look = { pane: "heat", opacity: 0.85, className: "heat" };
    if (picture) this.overlay = L.imageOverlay(picture.png, picture.bounds, look).addTo(this.map);
    return picture;
  }
}
