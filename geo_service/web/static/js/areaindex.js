// What is known of every area besides its shape: id, name, kind, where it lies. By its place in
// the arrays of values.

import { read } from "./api.js";

const L = window.L;

export class AreaIndex {
  static async load() {
    return new AreaIndex(await read("/api/areas/index.json"));
  }

  constructor(columns) {
    this.columns = columns;
    this.places = new Map(columns.ids.map((id, place) => [id, place]));
  }

  placeOf(id) {
    return this.places.get(id);
  }

  idOf(place) {
    return this.columns.ids[place];
  }

  propertiesOf(place) {
    const { names, kinds, kind, subdistricts, subdistrict, subdistrict_names: titles } = this.columns;
    const where = subdistrict[place];
    return { name: names[place], kind: kinds[kind[place]], subdistrict: subdistricts[where] ?? null, subdistrict_name: titles[where] ?? null };
  }

  boundsOf(place) {
    const [west, south, east, north] = this.columns.boxes.slice(4 * place, 4 * place + 4);
    return L.latLngBounds(this.point(west, south), this.point(east, north));
  }

  middleOf(place) {
    return this.point(this.columns.inner[2 * place], this.columns.inner[2 * place + 1]);
  }

  point(x, y) {
    const { origin, unit } = this.columns;
    return L.latLng(origin[1] + y * unit, origin[0] + x * unit);
  }

  // Which areas lie in a subdistrict, by its id.
  within(id) {
    const wanted = this.columns.subdistricts.indexOf(id);
    return Uint8Array.from(this.columns.subdistrict, (where) => where === wanted);
  }
}
