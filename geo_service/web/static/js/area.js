// One area's own page: the drawer's body, beside a small map.

import { COLOURS } from "./base/looks.js";
import { read, withQuery } from "./api.js";
import { askAssign, mayAssign, setUpAssign } from "./assign.js";
import { areaBody } from "./drawer.js";
import { make } from "./dom.js";
import { drawGround } from "./ground.js";
import { drawStreets, readAreas } from "./groundareas.js";
import { canvasOn } from "./panes.js";
import { named, say } from "./say.js";

const L = window.L;
const map = window.geoServiceMap;
const body = document.querySelector(".area-body");
const id = body.dataset.area;

async function tell() {
  const asked = new URLSearchParams(location.search);
  const query = { week: asked.get("week"), category: asked.get("category") };
  const [facts, periods] = await Promise.all([
    read(withQuery(`/api/areas/${encodeURIComponent(id)}/summary`, query)), read("/api/periods"),
  ]);
  const names = new Map(periods.categories.map((row) => [row.code, named(row)]));
  const thisYear = Number((periods.as_of ?? "").slice(0, 4));
  body.replaceChildren(...areaBody(facts, { thisYear, categoryName: (code) => names.get(code) ?? code ?? "" }));
  const button = document.querySelector(".area-assign");
  if (button && mayAssign()) {
    setUpAssign();
    button.addEventListener("click", () => askAssign({ ...facts, area_id: id, name: document.querySelector("h1").textContent }));
  }
}

async function place() {
  map.options.zoomSnap = 0.25;
  map.zoomControl?.setPosition("bottomright");
  map.attributionControl?.setPrefix(false);
  const [collection, ground] = await Promise.all([readAreas([id]), read("/api/ground.geojson")]);
  drawGround(map, ground, collection);
  drawStreets(map);
  const feature = collection.features.find((candidate) => String(candidate.id) === id);
  if (!feature) return;
  const renderer = canvasOn(map, "areas", 400);
  const shape = L.GeoJSON.geometryToLayer(feature, {
    renderer, pane: "areas", interactive: false, color: COLOURS.accent, weight: 3, fillColor: COLOURS.accent, fillOpacity: 0.5,
  }).addTo(map);
  map.fitBounds(shape.getBounds(), { padding: [48, 48], maxZoom: 16, animate: false });
}

function failed(what) {
  return (error) => body.prepend(make("p", { "class": "error", role: "alert" }, say("could_not", { what: say(what), why: error.message })));
}

Promise.all([tell().catch(failed("read_area")), place().catch(failed("read_map"))])
  .then(() => { body.dataset.ready = "yes"; });
