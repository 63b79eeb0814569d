// The word beside the pointer: an area's name and its value.

import { dataName, make } from "./dom.js";

const L = window.L;

export class Hint {
  constructor(map) {
    this.map = map;
    this.tip = L.tooltip({ className: "area-hint", direction: "top", offset: [0, -8], opacity: 1 });
  }

  show(name, words, latlng) {
    this.tip.setContent(make("div", {}, dataName(name, "b"), make("span", {}, words)));
    this.tip.setLatLng(latlng).openOn(this.map);
  }

  move(latlng) {
    this.tip.setLatLng(latlng);
  }

  hide() {
    this.tip.close();
  }
}
