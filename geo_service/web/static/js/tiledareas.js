// The areas of a large city: by tiles, coloured by the same arrays of values, pressed and pointed
// at like those that come all at once.

import { AreaIndex } from "./areaindex.js";
import { allStreets, streetsOn } from "./groundareas.js";
import { Hint } from "./hint.js";
import { CHOSEN, Looks, tierAt } from "./looks.js";
import { floor } from "./panes.js";
import { pick } from "./pick.js";
import { LAYERS, UNKNOWN, UNSEEN, classOf } from "./ramps.js";
import { TileBoard } from "./tileboard.js";
import { TileLoad } from "./tileload.js";

const REACH = 6; // px beside a thin alley that still mean it

export class TiledAreas {
  constructor(map, { bounds }, { onOpen, describe, onTrouble }) {
    this.map = map;
    this.values = [];
    this.classes = [];
    this.unseen = new Set();
    this.filter = { kind: "", within: null };
    this.chosen = "";
    this.pointed = -1;
    this.looks = new Looks();
    this.hint = new Hint(map);
    this.painted = new Promise((resolve) => { this.onPainted = resolve; });
    floor(map, "areas", 400, true);
    const load = new TileLoad("areas", onTrouble);
    this.streets = streetsOn(map, load, bounds, null);
    this.board = new TileBoard(load, {
      pane: "areas", bounds, lookOf: (key) => this.looks.of(key), onPaint: () => this.onPainted(),
    }).addTo(map);
    map.on("click", (event) => this.press(event, onOpen));
    map.on("mousemove", (event) => this.pointAt(event, describe));
    map.on("mouseout movestart zoomstart", () => this.pointAt(null));
    map.on("zoomend", () => this.remark());
  }

  whenPainted() { return this.painted; }

  // Names come after the first picture, which needs none of them.
  whenNamed() {
    this.naming ??= AreaIndex.load().then((index) => { this.index = index; this.remark(); return index; });
    return this.naming;
  }

  async show(layerName, { values, unseen = [] }, { kind, subdistrict }) {
    const shown = [layerName, values];
    this.asked = shown;
    const within = subdistrict ? (await this.whenNamed()).within(subdistrict) : null;
    if (this.asked !== shown) return;
    this.layerName = layerName;
    this.values = values;
    this.unseen = new Set(unseen);
    this.classes = Int8Array.from(values, (value) => classOf(layerName, value));
    this.filter = { kind, within };
    this.dress();
  }

  dress() {
    const { layerName } = this;
    const clear = LAYERS[layerName].cells;
    this.board.options.keysAt = (zoom) => {
      const tier = tierAt(zoom);
      return (tile, one) => {
        if (!this.keeps(tile, one)) return "";
        const index = this.classAt(tile.ids[one]);
        return clear && index !== UNSEEN ? "" : `${layerName} ${index} ${tier}`;
      };
    };
    this.board.repaint();
    // Streets are ground where their own colours do not cover them.
    const bare = Boolean(clear || this.filter.kind || this.filter.within);
    if (bare !== this.bare) {
      this.bare = bare;
      this.streets.options.keysAt = bare ? allStreets : null;
      this.streets.repaint();
    }
    this.remark();
  }

  classAt(place) {
    return this.unseen.has(place) ? UNSEEN : this.classes[place] ?? UNKNOWN;
  }

  keeps(tile, one) {
    const { kind, within } = this.filter;
    return (!kind || tile.kinds[tile.kind[one]] === kind) && (!within || within[tile.ids[one]] === 1);
  }

  under(event) {
    if (event.originalEvent?.target.closest?.(".leaflet-control")) return null;
    return pick(this.board.around(event.containerPoint, REACH), (tile, one) => this.keeps(tile, one));
  }

  async press(event, onOpen) {
    const found = this.under(event);
    if (found) onOpen((await this.whenNamed()).idOf(found.tile.ids[found.one]));
  }

  pointAt(event, describe) {
    const found = event && !this.map.dragging?.moving() ? this.under(event) : null;
    const place = found ? found.tile.ids[found.one] : -1;
    this.map.getContainer().classList.toggle("over-area", place >= 0);
    if (place >= 0 && this.index) {
      if (place !== this.pointed) {
        const { name, kind } = this.index.propertiesOf(place);
        this.hint.show(name || this.index.idOf(place), describe(kind, this.values[place], this.unseen.has(place)), event.latlng);
      } else this.hint.move(event.latlng);
    } else if (this.pointed >= 0) this.hint.hide();
    this.setPointed(place);
  }

  setPointed(place) {
    if (this.pointed === place) return;
    this.pointed = place;
    this.remark();
  }

  remark() {
    const marks = [];
    const chosen = this.index?.placeOf(this.chosen) ?? -1;
    if (this.pointed >= 0 && this.pointed !== chosen) {
      const index = this.classAt(this.pointed);
      const key = LAYERS[this.layerName]?.cells && index !== UNSEEN ? "clear" : `${this.layerName} ${index} ${tierAt(this.map.getZoom())}`;
      marks.push({ place: this.pointed, look: this.looks.thicker(key) });
    }
    if (chosen >= 0) marks.push({ place: chosen, look: CHOSEN });
    this.board.mark(marks);
  }

  choose(id) {
    this.chosen = id;
    this.remark();
  }

  point(id, on) {
    this.setPointed(on ? this.index?.placeOf(id) ?? -1 : -1);
  }

  propertiesOf(id) {
    const place = this.index?.placeOf(id);
    return place === undefined ? {} : this.index.propertiesOf(place);
  }

  boundsOf(id) {
    const place = this.index?.placeOf(id);
    return place === undefined ? undefined : this.index.boundsOf(place);
  }

  middleOf(id) {
    const place = this.index?.placeOf(id);
    return place === undefined ? null : this.index.middleOf(place);
  }
}
