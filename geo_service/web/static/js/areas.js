// All areas as polygons on one canvas; a step of the week changes only those whose class changed.

import { dataName, make } from "./dom.js";
import { COLOURS, OUTLINED_FROM, canvasOn } from "./panes.js";
import { LAYERS, UNKNOWN, classOf } from "./ramps.js";
import { innerPoint } from "./shapes.js";

const L = window.L;

export class Areas {
  constructor(map, collection, kinds, { onOpen, describe }) {
    this.map = map;
    this.layers = [];
    this.byId = new Map();
    this.values = [];
    this.layerName = "rebound";
    this.keeps = () => true;
    this.chosen = "";
    this.renderer = canvasOn(map, "areas", 400, true);
    this.hatching = hatching();
    this.styles = new Map();
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

  show(layerName, values, keeps) {
    this.layerName = layerName;
    this.values = values;
    this.keeps = keeps;
    this.restyle();
  }

  restyle() {
    const tier = this.tier();
    this.layers.forEach((layer, index) => this.dress(layer, this.keyOf(layer, index, tier)));
  }

  tier() {
    const zoom = this.map.getZoom();
    return zoom >= OUTLINED_FROM ? "near" : zoom >= 14 ? "middle" : "far";
  }

  keyOf(layer, index, tier) {
    if (!this.keeps(layer.feature)) return "away";
    if (LAYERS[this.layerName].cells) return "clear";
    return `${this.layerName} ${classOf(this.layerName, this.values[index])} ${tier}`;
  }

  dress(layer, key) {
    if (layer.dressedAs === key) return;
    layer.dressedAs = key;
    layer.options.interactive = key !== "away";
    layer.setStyle(this.styleOf(key));
    if (String(layer.feature.id) === this.chosen) this.mark(layer);
  }

  styleOf(key) {
    if (!this.styles.has(key)) this.styles.set(key, this.makeStyle(key));
    return this.styles.get(key);
  }

  makeStyle(key) {
    if (key === "away" || key === "clear") return { stroke: false, fill: false };
    const [layerName, index, tier] = key.split(" ");
    const { colours, unknown, strongFrom } = LAYERS[layerName];
    const solid = { stroke: true, fill: true, fillOpacity: 1, opacity: 1, dashArray: null };
    if (Number(index) === UNKNOWN) {
      const hollow = { ...solid, color: COLOURS.hollow, weight: tier === "far" ? 0.6 : 1, opacity: 0.7 };
      return unknown === "hatched" ? { ...hollow, fillColor: this.hatching }
        : { ...hollow, fillColor: COLOURS.ground, fillOpacity: 0.6 };
    }
    const colour = colours[index];
    if (tier === "near") return { ...solid, fillColor: colour, color: COLOURS.text, weight: 1, opacity: Number(index) ? 0.6 : 0.25 };
    const strong = tier === "far" ? 2.5 : 3;
    return { ...solid, fillColor: colour, color: colour, weight: Number(index) >= strongFrom ? strong : 1 };
  }

  mark(layer) {
    layer.setStyle({ stroke: true, color: "#0b5cad", weight: 3, opacity: 1, dashArray: null });
    layer.bringToFront();
  }

  choose(id) {
    const before = this.byId.get(this.chosen);
    this.chosen = id;
    if (before) {
      before.setStyle(this.styleOf(before.dressedAs));
    }
    const layer = this.byId.get(id);
    if (layer) this.mark(layer);
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

  thicken(layer, more) {
    if (!layer || String(layer.feature.id) === this.chosen) return;
    const style = this.styleOf(layer.dressedAs);
    layer.setStyle({ ...style, stroke: true, color: style.color ?? COLOURS.hollow, weight: (style.weight ?? 0) + (more ? 2 : 0) });
    if (!more) layer.setStyle(style);
  }

  // One listener for all: the group hears what its layers hear.
  hover(group, onOpen, describe) {
    const hint = L.tooltip({ className: "area-hint", direction: "top", offset: [0, -8], opacity: 1 });
    group.on({
      mouseover: ({ layer, latlng }) => {
        this.thicken(layer, true);
        const { name } = layer.feature.properties;
        hint.setContent(make("div", {}, dataName(name || layer.feature.id, "b"),
          make("span", {}, describe(layer.feature, this.values[layer.place]))));
        hint.setLatLng(latlng).openOn(this.map);
      },
      mousemove: ({ latlng }) => hint.setLatLng(latlng),
      mouseout: ({ layer }) => { this.thicken(layer, false); hint.close(); },
      click: ({ layer }) => onOpen(String(layer.feature.id)),
    });
  }
}

function hatching() {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const pen = tile.getContext("2d");
  pen.fillStyle = COLOURS.ground;
  pen.fillRect(0, 0, 6, 6);
  pen.strokeStyle = "#8a8f96";
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-6, 0, 6]) { pen.moveTo(shift, 6); pen.lineTo(shift + 6, 0); }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}
