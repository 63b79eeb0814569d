// Names of the ground, of streets and of what is hot, which give way: to badges of the list, and to
// each other. Only those that have room are made.

import { dataName } from "../base/dom.js";
import { floor } from "./floors.js";
import { innerOf } from "./known.js";
import { freeSpot } from "./spots.js";

/** @typedef {{name: string, at: L.LatLng, box: L.LatLngBounds, size: number, look: string,
 * from: number}} Named */

export const WATER = ["river", "water", "lake"];
const STREETS_FROM = 14;
const ALL_FROM = 16;
const GAP = 4;
const HIGH = 20;
const [HAN, LATIN, WATER_SPACING] = [15, 10, 5]; // px a letter and between, as the styles have it

export class Names {
  /** @param {L.Map} map @param {Feature[]} features */
  constructor(map, features) {
    this.map = map;
    /** @type {() => Box[]} what names must not cover */
    this.avoided = () => [];
    floor(map, "names", 450);
    this.shown = L.layerGroup().addTo(map);
    /** @type {Named[]} the largest first */
    this.ground = features.filter(({ properties }) => properties.name).map(groundName);
    this.ground.sort((one, other) => other.size - one.size);
    /** @type {Known | null} */
    this.known = null;
    /** @type {Named[] | null} */
    this.areas = null;
    /** @type {Named[]} */
    this.hot = [];
    map.on("zoomend moveend resize", () => this.arrange());
    this.arrange();
  }

  /** Streets from close by, all areas from closer. @param {Known} known */
  nameAreas(known) {
    this.known = known;
    this.arrange();
  }

  /** Made when first one is near: a large city has very many. @param {number} zoom */
  areasAt(zoom) {
    if (!this.known || zoom < STREETS_FROM) return [];
    this.areas ??= named(this.known);
    return this.areas;
  }

  /** Where it is hottest, whatever the zoom. @param {Hot[]} places */
  nameHot(places) {
    const box = this.map.getBounds().pad(99);
    this.hot = places.map(({ name, inner_lat, inner_lon }) => {
      return { name, at: L.latLng(inner_lat, inner_lon), box, size: 0, look: ".hot-name", from: 0 };
    });
    this.arrange();
  }

  arrange() {
    this.shown.clearLayers();
    const taken = this.avoided();
    const [zoom, view] = [this.map.getZoom(), this.map.getBounds()];
    const said = new Set();
    for (const one of [...this.hot, ...this.ground, ...this.areasAt(zoom)]) {
      if (zoom < one.from || said.has(one.name) || !view.contains(one.at)) continue;
      const spot = this.spotFor(one, taken);
      if (!spot) continue;
      taken.push(spot);
      said.add(one.name);
      this.write(one, spot);
    }
  }

  /** @param {Named} one @param {Box[]} taken */
  spotFor({ name, at, box, look }, taken) {
    const corner = this.map.latLngToContainerPoint(box.getNorthWest());
    const room = this.map.latLngToContainerPoint(box.getSouthEast()).subtract(corner);
    const spacing = look === ".water-name" ? WATER_SPACING : 0;
    const letters = Array.from(name, (one) => (one > "\u2e80" ? HAN : LATIN) + spacing);
    const size = { width: letters.reduce((sum, one) => sum + one, GAP), height: HIGH };
    const fits = Math.max(room.x, look ? 0 : room.y) > size.width * 0.8;
    return fits ? freeSpot(this.map.latLngToContainerPoint(at), size, taken) : null;
  }

  /** @param {Named} one @param {Box} spot */
  write({ name, at, look }, spot) {
    const text = dataName(name, `span.ground-name${look}`);
    const down = Math.round(spot.top + spot.height / 2 - this.map.latLngToContainerPoint(at).y);
    text.style.transform = `translate(-50%, calc(-50% + ${down}px))`;
    const icon = L.divIcon({ html: text, className: "ground-label", iconSize: [0, 0] });
    const quiet = { pane: "names", interactive: false, keyboard: false };
    this.shown.addLayer(L.marker(at, { icon, ...quiet }));
  }
}

/** @param {Feature} feature @returns {Named} */
function groundName(feature) {
  const { name, kind } = feature.properties;
  const look = WATER.includes(kind) ? ".water-name" : ".place-name";
  const box = L.geoJSON(feature).getBounds();
  return { name, at: innerOf(feature), box, size: across(box), look, from: 0 };
}

/** All areas that have a name, streets first, the largest first. @param {Known} known */
function named(known) {
  /** @type {Named[]} */
  const found = [];
  for (let place = 0; place < known.count; place += 1) {
    const { name, kind } = known.propertiesOf(place);
    const [at, box] = [known.middleOf(place), known.boundsOf(place)];
    const from = kind === "street" ? STREETS_FROM : ALL_FROM;
    if (name && at && kind !== "grid")
      found.push({ name, at, box, size: across(box), look: "", from });
  }
  return found.sort((one, other) => one.from - other.from || other.size - one.size);
}

/** @param {L.LatLngBounds} box */
function across(box) {
  return box.getNorthEast().distanceTo(box.getSouthWest());
}
