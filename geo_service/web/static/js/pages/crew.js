// The leader's day on a small map: the stops by number, the next one large.

import { byTestId, calm, find, findAll, make } from "../base/dom.js";
import { COLOURS } from "../base/looks.js";
import { couldNot } from "../base/say.js";
import { badge } from "../map/badges.js";
import { drawFew } from "../map/few.js";
import { canvasOn, floor } from "../map/floors.js";
import { boundsOf } from "../map/ground.js";
import { innerOf } from "../map/known.js";
import { makeMap } from "../map/make.js";

const stops = findAll("[data-testid=stop]", HTMLElement);
const NEXT = { color: COLOURS.accent, fillColor: COLOURS.accent, weight: 4 };
const OTHER = { color: COLOURS.edge, fillColor: COLOURS.edge, weight: 2 };
const ROOM = { padding: L.point(32, 32), maxZoom: 17 };

async function start() {
  const map = makeMap();
  const few = await drawFew(map, stops.map(areaOf));
  floor(map, "badges", 600);
  const common = { renderer: canvasOn(map, "areas", 400), pane: "areas", interactive: false };
  const drawn = stops.map((stop, index) => {
    const feature = few.byId.get(areaOf(stop));
    if (!feature) return { stop };
    const shape = L.geoJSON(feature, { ...common, style: { fillOpacity: 1 } }).addTo(map);
    return { stop, shape, mark: badge(map, innerOf(feature), index + 1) };
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
  for (const { stop, shape } of drawn) {
    stop.addEventListener("click", ({ target }) => {
      if (target instanceof Element && !target.closest("a, button")) point(stop);
    });
    find(".stop-show", HTMLElement, stop).addEventListener("click", () => {
      if (shape) map.fitBounds(shape.getBounds(), { ...ROOM, animate: !calm() });
    });
  }
  point(stops.find((stop) => stop.dataset.state !== "done") ?? stops[0]);
  const all = L.latLngBounds([]);
  for (const { shape } of drawn) if (shape) all.extend(shape.getBounds());
  const target = all.isValid() ? all : boundsOf(few.ground);
  if (target.isValid()) map.fitBounds(target, { ...ROOM, animate: false });
  byTestId("stop-list").dataset.ready = "yes";
}

/** @param {HTMLElement} stop */
function areaOf(stop) {
  return stop.dataset.area ?? "";
}

start().catch((error) => {
  find(".crew-map").replaceChildren(make("p.error", {}, couldNot("read_map", error)));
});
