// A day's stops on a small map, a leader's or all crews': by number, the next one large.

import { calm, find, findAll, make } from "../base/dom.js";
import { COLOURS } from "../base/looks.js";
import { couldNot } from "../base/say.js";
import { badge } from "../map/badges.js";
import { drawFew } from "../map/few.js";
import { canvasOn, floor } from "../map/floors.js";
import { boundsOf } from "../map/ground.js";
import { innerOf } from "../map/known.js";
import { makeMap } from "../map/make.js";

const stops = findAll("[data-stop]", HTMLElement);
const NEXT = { color: COLOURS.accent, fillColor: COLOURS.accent, weight: 4 };
const OTHER = { color: COLOURS.edge, fillColor: COLOURS.edge, weight: 2 };
const ROOM = { padding: L.point(32, 32), maxZoom: 17 };

async function start() {
  const map = makeMap();
  const few = await drawFew(map, [...new Set(stops.map(areaOf).filter(Boolean))]);
  floor(map, "badges", 600);
  const common = { renderer: canvasOn(map, "areas", 400), pane: "areas", interactive: false };
  const drawn = stops.map((stop, index) => {
    const feature = few.byId.get(areaOf(stop));
    const { lon, lat, label = index + 1 } = stop.dataset;
    const at = lat ? L.latLng(Number(lat), Number(lon)) : feature && innerOf(feature);
    if (!at) return { stop };
    const shape = lat ? null : L.geoJSON(feature, { ...common, style: { fillOpacity: 1 } });
    return { stop, at, shape: shape?.addTo(map), mark: badge(map, at, label) };
  });
  few.names.avoided = () => drawn.flatMap(({ mark }) => (mark ? [mark.box()] : []));

  const point = (/** @type {HTMLElement} */ chosen) => {
    for (const { stop, shape, mark } of drawn) {
      const next = stop === chosen;
      stop.classList.toggle("next", next);
      if (next) stop.setAttribute("aria-current", "step");
      else stop.removeAttribute("aria-current");
      shape?.setStyle(next ? NEXT : OTHER);
      mark?.label.classList.toggle("chosen", next);
      mark?.label.classList.toggle("quiet", !next);
    }
  };
  for (const { stop, shape, at } of drawn) {
    stop.addEventListener("click", ({ target }) => {
      const other = "a, button, summary, input, select, label";
      if (target instanceof Element && !target.closest(other)) point(stop);
    });
    stop.querySelector(".stop-show")?.addEventListener("click", () => {
      if (at) map.fitBounds(shape?.getBounds() ?? at.toBounds(200), { ...ROOM, animate: !calm() });
    });
  }
  const left = (/** @type {HTMLElement} */ { dataset: { state = "" } }) =>
    !["done", "cannot"].includes(state);
  if (stops.length) point(stops.find(left) ?? stops[0]);
  const all = L.latLngBounds([]);
  for (const { shape, at } of drawn) if (at) all.extend(shape?.getBounds() ?? at.toBounds(200));
  const target = all.isValid() ? all : boundsOf(few.ground);
  if (target.isValid()) map.fitBounds(target, { ...ROOM, animate: false });
  find("[data-stops]").dataset.ready = "yes";
}

/** @param {HTMLElement} stop */
function areaOf(stop) {
  return stop.dataset.area ?? "";
}

start().catch((error) => {
  find(".crew-map").replaceChildren(make("p.error", {}, couldNot("read_map", error)));
});
