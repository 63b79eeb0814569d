// All areas as polygons on one canvas; a step of the week changes only those whose class changed.

import { CHOSEN, Looks, tierAt } from "./looks.js";
import { Hint } from "./hint.js";
import { canvasOn } from "./panes.js";
import { LAYERS, UNSEEN, classOf } from "./ramps.js";
import { innerPoint } from "./shapes.js";

const L = window.L;

export class Areas {
  constructor(map, collection, kinds, { onOpen, describe }) {
    this.map = map;
    this.layers = [];
    this.byId = new Map();
    this.values = [];
    this.unseen = new Set();
    this.layerName = "rebound";
    this.keeps = () => true;
    this.chosen = "";
    this.renderer = canvasOn(map, "areas", 400, true);
    this.looks = new Looks();
    const fineness = new Map(kinds.map(({ kind }, place) => [kind, place]));
    collection.features.forEach((feature, index) => {
      const layer = L.GeoJSON.geometryToLayer(feature, this.plain());
      layer.feature = feature;
      layer.place = index;
      this.layers[index] = layer;
      this.byId.set(String(feature.id), layer);
    });
    // Coarse first: what is finer lies on top and is hit first. Kinds arrive finest first.
    const coarseFirst = [...this.layers].sort((one, other) => (fineness.get(other.feature.properties.kind) ?? 99)
      - (fineness.get(one.feature.properties.kind) ?? 99));
    const group = L.featureGroup(coarseFirst).addTo(map);
    this.hover(group, onOpen, describe);
    map.on("zoomend", () => this.restyle());
  }

  plain() {
    return { renderer: this.renderer, pane: "areas", stroke: false, fill: false, bubblingMouseEvents: false, smoothFactor: 0.5 };
  }

  // All is here at once; the same areas by tiles learn of names later.
  whenPainted() { return Promise.resolve(); }

  whenNamed() { return Promise.resolve(); }

  show(layerName, { values, unseen = [] }, { kind, subdistrict }) {
    this.layerName = layerName;
    this.values = values;
    this.unseen = new Set(unseen);
    this.keeps = ({ properties }) => (!kind || properties.kind === kind)
      && (!subdistrict || properties.subdistrict === subdistrict);
    this.restyle();
  }

  restyle() {
    const tier = tierAt(this.map.getZoom());
    this.layers.forEach((layer, index) => this.dress(layer, this.keyOf(layer, index, tier)));
  }

  keyOf(layer, index, tier) {
    if (!this.keeps(layer.feature)) return "away";
    if (this.unseen.has(index)) return `${this.layerName} ${UNSEEN} ${tier}`;
    if (LAYERS[this.layerName].cells) return "clear";
    return `${this.layerName} ${classOf(this.layerName, this.values[index])} ${tier}`;
  }

  dress(layer, key) {
    if (layer.dressedAs === key) return;
    layer.dressedAs = key;
    layer.options.interactive = key !== "away";
    layer.setStyle(this.looks.of(key));
    if (String(layer.feature.id) === this.chosen) this.mark(layer);
  }

  mark(layer) {
    layer.setStyle(CHOSEN);
    layer.bringToFront();
  }

  choose(id) {
    const before = this.byId.get(this.chosen);
    this.chosen = id;
    if (before) {
      before.setStyle(this.looks.of(before.dressedAs));
    }
    const layer = this.byId.get(id);
    if (layer) this.mark(layer);
  }

  propertiesOf(id) {
    return this.byId.get(id)?.feature.properties ?? {};
  }

  boundsOf(id) {
    return this.byId.get(id)?.getBounds();
  }

  middleOf(id) {
    const layer = this.byId.get(id);
    if (!layer) return null;
    if (layer.middle === undefined) layer.middle = innerPoint(layer);
    return layer.middle;
  }

  point(id, on) {
    this.thicken(this.byId.get(id), on);
  }

  thicken(layer, more) {
    if (!layer || String(layer.feature.id) === this.chosen) return;
    layer.setStyle(this.looks.thicker(layer.dressedAs));
    if (!more) layer.setStyle(this.looks.of(layer.dressedAs));
  }

  // One listener for all: the group hears what its layers hear.
  hover(group, onOpen, describe) {
    const hint = new Hint(this.map);
    group.on({
      mouseover: ({ layer, latlng }) => {
        this.thicken(layer, true);
        const { name, kind } = layer.feature.properties;
        hint.show(name || layer.feature.id, describe(kind, this.values[layer.place], this.unseen.has(layer.place)), latlng);
      },
      mousemove: ({ latlng }) => hint.move(latlng),
      mouseout: ({ layer }) => { this.thicken(layer, false); hint.hide(); },
      click: ({ layer }) => onOpen(String(layer.feature.id)),
    });
  }
}
