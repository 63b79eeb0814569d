// The areas of the overview: coloured by the values of a week, pointed at, pressed, chosen. What
// draws them is made of shapes or of tiles, and both are asked the same.

import { Scale, UNKNOWN, UNSEEN } from "./classes.js";
import { CHOSEN, tierAt } from "./dress.js";
import { Hint } from "./hint.js";

export class Areas {
  /** @param {L.Map} map @param {Board} board @param {AreasTold} told */
  constructor(map, board, { onOpen, describe }) {
    this.map = map;
    this.board = board;
    this.describe = describe;
    this.hint = new Hint(map);
    this.scale = new Scale("rebound");
    /** @type {Figure[]} */
    this.values = [];
    this.classes = new Int8Array(0);
    this.turn = 0;
    this.chosen = "";
    this.pointed = -1;
    /** @type {Known | null} */
    this.known = null;
    /** @type {Promise<Known> | null} */
    this.knowing = null;
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

  /** @param {Scale} scale @param {Values} answer @param {By} by */
  async show(scale, { values, classes = values, unseen = [], absent = [] }, { kind, subdistrict }) {
    this.turn += 1;
    const { turn } = this;
    const within = subdistrict ? (await this.whenNamed()).within(subdistrict) : null;
    if (turn !== this.turn) return;
    const gone = new Set(absent);
    Object.assign(this, { scale, values });
    // the heat map has no values, and hatches all the same
    this.classes = new Int8Array(Math.max(classes.length, ...unseen.map((at) => at + 1)));
    this.classes.fill(UNKNOWN);
    classes.forEach((value, place) => {
      this.classes[place] = scale.classOf(value);
    });
    for (const place of unseen) this.classes[place] = UNSEEN;
    this.board.paint((zoom) => {
      const tier = tierAt(zoom);
      return (place, of) => {
        if (gone.has(place) || (kind && kind !== of) || (within && !within[place])) return "away";
        return this.keyOf(place, tier);
      };
    });
    this.remark();
  }

  /** @param {string} id */
  classOf(id) {
    return this.classes[this.known?.placeOf(id) ?? -1] ?? UNKNOWN;
  }

  /** @param {number} place @param {string} tier */
  keyOf(place, tier) {
    const index = this.classes[place] ?? UNKNOWN;
    const { name } = this.scale;
    return name === "density" && index !== UNSEEN ? "clear" : `${name} ${index} ${tier}`;
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
    if (this.known) {
      const { name, kind = "" } = this.known.propertiesOf(place);
      const words = this.describe(kind, this.values[place], this.classes[place] ?? UNKNOWN);
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
    /** @type {Map<number, Look[]>} */
    const marks = new Map();
    const { looks } = this.board;
    const tier = tierAt(this.map.getZoom());
    const chosen = this.chosen ? (this.known?.placeOf(this.chosen) ?? -1) : -1;
    for (const place of [this.pointed, chosen].filter((one) => one >= 0)) {
      const key = this.keyOf(place, tier);
      const own = looks.of(key);
      const outlined = own.fill ? [CHOSEN, own] : [{ ...CHOSEN, weight: 3 }];
      marks.set(place, place === chosen ? outlined : [looks.thicker(key)]);
    }
    this.board.mark(marks);
  }

  /** Its properties, its box, a point inside; null of what nobody knows yet. @param {string} id */
  about(id) {
    const place = this.known?.placeOf(id) ?? -1;
    if (!this.known || place < 0) return null;
    const { propertiesOf, boundsOf, middleOf } = this.known;
    return { ...propertiesOf(place), bounds: boundsOf(place), middle: middleOf(place) };
  }
}
