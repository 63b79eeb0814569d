// The leader's day on a small map: the stops by number, the next one large.

import { COLOURS } from "./base/looks.js";
import { read, withQuery } from "./api.js";
import { make } from "./dom.js";
import { boundsOf, drawGround } from "./ground.js";
import { drawStreets, readAreas } from "./groundareas.js";
import { canvasOn, labelsOn } from "./panes.js";
import { innerPoint } from "./shapes.js";
import { say } from "./say.js";
import { cameBack } from "./worst.js";

const L = window.L;
const map = window.geoServiceMap;
const stops = [...document.querySelectorAll("[data-testid=stop]")];
const ROOM = [32, 32];
const SIZE = 20;

async function start() {
  map.options.zoomSnap = 0.25;
  map.attributionControl?.setPrefix(false);
  const [collection, ground] = await Promise.all([
    readAreas(stops.map((stop) => stop.dataset.area)), read("/api/ground.geojson"),
  ]);
  const names = drawGround(map, ground, collection);
  drawStreets(map);
  const byId = new Map(collection.features.map((feature) => [String(feature.id), feature]));
  const renderer = canvasOn(map, "areas", 400);
  labelsOn(map, "badges", 600);
  const all = L.latLngBounds([]);
  const drawn = new Map();
  stops.forEach((stop, index) => {
    const feature = byId.get(stop.dataset.area);
    if (!feature) return;
    const shape = L.GeoJSON.geometryToLayer(feature, { renderer, pane: "areas", interactive: false, fillOpacity: 1 }).addTo(map);
    const label = make("span", { "class": "badge" }, make("span", { "class": "badge-rank" }, String(index + 1)));
    const icon = L.divIcon({ html: label, className: "badge-icon", iconSize: [SIZE, SIZE] });
    const middle = innerPoint(shape);
    L.marker(middle, { icon, pane: "badges", interactive: false, keyboard: false }).addTo(map);
    drawn.set(stop, { shape, label, middle });
    all.extend(shape.getBounds());
  });

  names.avoided = () => [...drawn.values()].map(({ middle }) => {
    const at = map.latLngToContainerPoint(middle);
    return { left: at.x - SIZE / 2, top: at.y - SIZE / 2, width: SIZE, height: SIZE };
  });

  const point = (chosen) => {
    for (const stop of stops) {
      const next = stop === chosen;
      stop.classList.toggle("next", next);
      if (next) stop.setAttribute("aria-current", "step");
      else stop.removeAttribute("aria-current");
      const { shape, label } = drawn.get(stop) ?? {};
      if (!shape) continue;
      shape.setStyle(next ? { color: COLOURS.accent, fillColor: COLOURS.accent, weight: 4 } : { color: COLOURS.edge, fillColor: COLOURS.edge, weight: 2 });
      label.classList.toggle("chosen", next);
      label.classList.toggle("quiet", !next);
    }
  };
  const show = (stop) => {
    const { shape } = drawn.get(stop) ?? {};
    if (shape) map.fitBounds(shape.getBounds(), { padding: ROOM, maxZoom: 17, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  };

  for (const stop of stops) {
    stop.addEventListener("click", (event) => { if (!event.target.closest("a, button")) point(stop); });
    stop.querySelector(".stop-show").addEventListener("click", () => show(stop));
    read(withQuery(`/api/areas/${encodeURIComponent(stop.dataset.area)}/summary`, {}))
      .then((facts) => { stop.querySelector(".stop-facts").textContent = facts.rebound_spells ? cameBack(facts) : ""; })
      .catch(() => {});
  }
  point(stops.find((stop) => stop.dataset.state !== "done") ?? stops[0]);
  const target = all.isValid() ? all : boundsOf(ground);
  if (target.isValid()) map.fitBounds(target, { padding: ROOM, maxZoom: 17, animate: false });
  document.querySelector("[data-testid=stop-list]").dataset.ready = "yes";
}

start().catch((error) => { document.querySelector(".crew-map").replaceChildren(make("p", { "class": "error" }, say("could_not", { what: say("read_map"), why: error.message }))); });
