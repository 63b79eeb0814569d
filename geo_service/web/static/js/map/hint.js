// The word beside the pointer: an area's name and its value.

import { dataName, make } from "../base/dom.js";

export class Hint {
  /** @param {L.Map} map */
  constructor(map) {
    this.map = map;
    const looks = { className: "area-hint", opacity: 1 };
    this.tip = L.tooltip({ ...looks, direction: "top", offset: [0, -8] });
  }

  /** @param {string} name @param {string} words @param {L.LatLng} latlng */
  show(name, words, latlng) {
    this.tip.setContent(make("div", {}, dataName(name, "b"), make("span", {}, words)));
    this.tip.setLatLng(latlng).openOn(this.map);
  }

  hide() {
    this.tip.close();
  }
}
