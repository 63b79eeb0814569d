// What is known of every area of a large city besides its shape: id, name, kind, where it lies.

import { read } from "../base/api.js";

/** @implements {Known} */
export class KnownByIndex {
  static async load() {
    return new KnownByIndex(await read("/api/areas/index.json"));
  }

  /** @param {Columns} columns */
  constructor(columns) {
    this.columns = columns;
    this.places = new Map(columns.ids.map((id, place) => [id, place]));
  }

  /** @param {string} id */
  placeOf(id) {
    return this.places.get(id) ?? -1;
  }

  /** @param {number} place */
  idOf(place) {
    return this.columns.ids[place];
  }

  /** @param {number} place */
  propertiesOf(place) {
    const { names, kinds, kind, subdistrict, subdistrict_names: titles } = this.columns;
    const where = titles[subdistrict[place]] ?? null;
    return { name: names[place], kind: kinds[kind[place]], subdistrict_name: where };
  }

  /** @param {number} place */
  boundsOf(place) {
    const [west, south, east, north] = this.columns.boxes.slice(4 * place, 4 * place + 4);
    return L.latLngBounds(this.point(west, south), this.point(east, north));
  }

  /** @param {number} place */
  middleOf(place) {
    return this.point(this.columns.inner[2 * place], this.columns.inner[2 * place + 1]);
  }

  /** @param {number} x @param {number} y */
  point(x, y) {
    const { origin, unit } = this.columns;
    return L.latLng(origin[1] + y * unit, origin[0] + x * unit);
  }

  /** @param {string} subdistrict */
  within(subdistrict) {
    const wanted = this.columns.subdistricts.indexOf(subdistrict);
    return Uint8Array.from(this.columns.subdistrict, (where) => Number(where === wanted));
  }
}
