// The areas of the overview: coloured by the values of a week, pointed at, pressed, chosen. What
// draws them is made of shapes or of tiles, and both are asked the same.

import { Scale, UNKNOWN, UNSEEN } from "./classes.js";
import { CHOSEN, tierAt } from "./dress.js";
import { Hint } from "./hint.js";

export class Areas {
  /**
   * @param {L.Map} map @param {Board} board
   * @param {{onOpen: (id: string) => void, describe: (kind: string, value: any, unseen: boolean) => string}} told
   */
  constructor(map, board, { onOpen, describe }) {
    this.map = map;
    this.board = board;
    this.describe = describe;
    this.hint = new Hint(map);
    this.scale = new Scale("rebound");
    /** @type {(number | null)[]} */
    this.values = [];
    /** @type {Set<number>} */
    this.unseen = new Set();
    this.kind = "";
    /** @type {Uint8Array | null} */
    this.within = null;
    this.chosen = "";
    this.pointed = -1;
    /** @type {Known | null} */
    this.known = null;
    /** @type {Promise<Known> | null} */
    this.knowing = null;
    /** @type {unknown} */
    this.asked = null;
    board.listen({
      over: (place, latlng) => this.over(place, latlng),
      out: () => this.out(),
      press: (place) => this.whenNamed().then((known) => onOpen(known.idOf(place))),
    });
    map.on("zoomend", () => this.remark());
  }

  whenPainted() {
    return this.board.whenPainted();
  }

  whenNamed() {
    this.knowing ??= this.board.whenKnown().then((known) => {
      this.known = known;
      this.remark();
      return known;
    });
    return this.knowing;
  }

  /**
   * @param {Scale} scale @param {Values} answer @param {{kind: string, subdistrict: string}} filter
   */
  async show(scale, { values, unseen = [] }, { kind, subdistrict }) {
    const asked = { scale };
    this.asked = asked;
    const within = subdistrict ? (await this.whenNamed()).within(subdistrict) : null;
    if (this.asked !== asked) return;
    Object.assign(this, { scale, values, unseen: new Set(unseen), kind, within });
    const classes = Int8Array.from(values, (value) => scale.classOf(value));
    for (const place of this.unseen) classes[place] = UNSEEN;
    this.board.paint((zoom) => {
      const tier = tierAt(zoom);
      return (place, of) => {
        if ((kind && kind !== of) || (within && !within[place])) return "away";
        return this.keyOf(classes[place] ?? UNKNOWN, tier);
      };
    });
    this.remark();
  }

  /** @param {number} index @param {string} tier */
  keyOf(index, tier) {
    const { cells, name } = this.scale;
    return cells && index !== UNSEEN ? "clear" : `${name} ${index} ${tier}`;
  }

  /** @param {string} id */
  choose(id) {
    this.chosen = id;
    this.remark();
  }

  /** The list points at an area. @param {string} id @param {boolean} on */
  point(id, on) {
    this.setPointed(on ? (this.known?.placeOf(id) ?? -1) : -1);
  }

  /** @param {number} place @param {L.LatLng} latlng */
  over(place, latlng) {
    if (this.known && place === this.pointed) this.hint.move(latlng);
    else if (this.known) {
      const { name, kind = "" } = this.known.propertiesOf(place);
      const words = this.describe(kind, this.values[place], this.unseen.has(place));
      this.hint.show(name || this.known.idOf(place), words, latlng);
    }
    this.setPointed(place);
  }

  out() {
    this.hint.hide();
    this.setPointed(-1);
  }

  /** @param {number} place */
  setPointed(place) {
    if (this.pointed === place) return;
    this.pointed = place;
    this.remark();
  }

  remark() {
    const marks = new Map();
    const { pointed } = this;
    if (pointed >= 0) {
      const index = this.unseen.has(pointed) ? UNSEEN : this.scale.classOf(this.values[pointed]);
      const key = this.keyOf(index, tierAt(this.map.getZoom()));
      marks.set(pointed, this.board.looks.thicker(key));
    }
    const chosen = this.chosen ? (this.known?.placeOf(this.chosen) ?? -1) : -1;
    if (chosen >= 0) marks.set(chosen, CHOSEN);
    this.board.mark(marks);
  }

  /** @param {string} id */
  propertiesOf(id) {
    const place = this.known?.placeOf(id) ?? -1;
    return place < 0 ? {} : /** @type {Known} */ (this.known).propertiesOf(place);
  }

  /** @param {string} id */
  boundsOf(id) {
    const place = this.known?.placeOf(id) ?? -1;
    return place < 0 ? null : /** @type {Known} */ (this.known).boundsOf(place);
  }

  /** @param {string} id */
  middleOf(id) {
    const place = this.known?.placeOf(id) ?? -1;
    return place < 0 ? null : /** @type {Known} */ (this.known).middleOf(place);
  }
}
