// Areas drawn from their shapes, which came all at once: polygons on one canvas; a step of the week
// changes only those whose class changed.

import { CHOSEN, hatched, Looks } from "./dress.js";
import { canvasOn } from "./floors.js";
import { innerPoint } from "./geometry.js";

/** @typedef {L.Polygon & {feature: Feature, place: number, key: string}} Shape */

export class Shapes {
  /**
   * @param {L.Map} map @param {Collection} collection @param {{kind: string}[]} kinds finest first
   */
  constructor(map, collection, kinds) {
    this.map = map;
    this.looks = new Looks(hatched());
    /** @type {KeysAt | null} */
    this.keysAt = null;
    /** @type {Map<number, Look>} */
    this.marks = new Map();
    const renderer = canvasOn(map, "areas", 400, true);
    const plain = { renderer, pane: "areas", stroke: false, fill: false, smoothFactor: 0.5 };
    /** @type {Shape[]} */
    this.shapes = collection.features.map((feature, place) => {
      const shape = L.GeoJSON.geometryToLayer(feature, { ...plain, bubblingMouseEvents: false });
      return Object.assign(/** @type {any} */ (shape), { feature, place, key: "" });
    });
    this.known = new KnownShapes(this.shapes);
    // Coarse first: what is finer lies on top and is hit first.
    const order = new Map(kinds.map(({ kind }, at) => [kind, at]));
    const coarse = (/** @type {Shape} */ { feature }) =>
      order.get(feature.properties.kind) ?? kinds.length;
    const coarseFirst = [...this.shapes].sort((one, other) => coarse(other) - coarse(one));
    this.group = L.featureGroup(coarseFirst).addTo(map);
    map.on("zoomend", () => this.restyle());
  }

  async whenPainted() {}

  async whenKnown() {
    return this.known;
  }

  /** @param {Reader} reader */
  listen({ over, out, press }) {
    // One listener for all: the group hears what its layers hear.
    const place = (/** @type {any} */ event) => event.layer?.place ?? event.propagatedFrom.place;
    const moved = (/** @type {any} */ event) => over(place(event), event.latlng);
    this.group.on({ mouseover: moved, mousemove: moved, mouseout: out });
    this.group.on("click", (event) => press(place(event)));
  }

  /** @param {KeysAt} keysAt */
  paint(keysAt) {
    this.keysAt = keysAt;
    this.restyle();
  }

  restyle() {
    const keyOf = this.keysAt?.(this.map.getZoom());
    if (!keyOf) return;
    for (const shape of this.shapes) {
      const key = keyOf(shape.place, shape.feature.properties.kind);
      if (shape.key === key) continue;
      shape.key = key;
      shape.options.interactive = key !== "away";
      shape.setStyle(this.lookOf(shape));
    }
  }

  /** @param {Shape} shape */
  lookOf({ key, place }) {
    return { ...this.looks.of(key), ...this.marks.get(place) };
  }

  /** @param {Map<number, Look>} marks */
  mark(marks) {
    const touched = new Set([...this.marks.keys(), ...marks.keys()]);
    this.marks = marks;
    for (const place of touched) {
      const shape = this.shapes[place];
      shape.setStyle(this.lookOf(shape));
      if (marks.get(place) === CHOSEN) shape.bringToFront();
    }
  }
}

/** @implements {Known} */
class KnownShapes {
  /** @param {Shape[]} shapes */
  constructor(shapes) {
    this.shapes = shapes;
    this.places = new Map(shapes.map(({ feature }, place) => [String(feature.id), place]));
  }

  /** @param {string} id */
  placeOf(id) {
    return this.places.get(id) ?? -1;
  }

  /** @param {number} place */
  idOf(place) {
    return String(this.shapes[place].feature.id);
  }

  /** @param {number} place */
  propertiesOf(place) {
    return this.shapes[place].feature.properties;
  }

  /** @param {number} place */
  boundsOf(place) {
    return this.shapes[place].getBounds();
  }

  /** @param {number} place */
  middleOf(place) {
    const middle = innerPoint(this.shapes[place].feature.geometry);
    return middle && L.latLng(middle);
  }

  /** @param {string} subdistrict */
  within(subdistrict) {
    const here = (/** @type {Shape} */ { feature }) =>
      Number(feature.properties.subdistrict === subdistrict);
    return Uint8Array.from(this.shapes, here);
  }
}
