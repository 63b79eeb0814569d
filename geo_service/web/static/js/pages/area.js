// One area's own page: the drawer's body, beside a small map.

import { read, summaryAddress } from "../base/api.js";
import { find, make } from "../base/dom.js";
import { COLOURS } from "../base/looks.js";
import { couldNot } from "../base/say.js";
import { drawFew } from "../map/few.js";
import { canvasOn } from "../map/floors.js";
import { makeMap } from "../map/make.js";
import { askAssign, mayAssign, setUpAssign } from "./assign.js";
import { areaBody } from "./facts.js";

const body = find(".area-body");
const id = body.dataset.area ?? "";

async function tell() {
  const asked = new URLSearchParams(location.search);
  const query = { week: asked.get("week"), category: asked.get("category") };
  /** @type {Facts} */
  const facts = await read(summaryAddress(id, query));
  body.replaceChildren(...areaBody(facts));
  if (!mayAssign()) return;
  setUpAssign();
  const name = find("h1").textContent ?? id;
  find(".area-assign").addEventListener("click", () => askAssign({ ...facts, area_id: id, name }));
}

async function place() {
  const map = makeMap();
  const { byId } = await drawFew(map, [id]);
  const feature = byId.get(id);
  if (!feature) return;
  const look = { color: COLOURS.accent, weight: 3, fillColor: COLOURS.accent, fillOpacity: 0.5 };
  const floor = { renderer: canvasOn(map, "areas", 400), pane: "areas", interactive: false };
  const shape = L.geoJSON(feature, { ...floor, style: look }).addTo(map);
  map.fitBounds(shape.getBounds(), { padding: [48, 48], maxZoom: 16, animate: false });
}

const failed = (/** @type {string} */ what) => (/** @type {unknown} */ error) =>
  body.prepend(make("p.error", { role: "alert" }, couldNot(what, error)));

await Promise.all([tell().catch(failed("read_area")), place().catch(failed("read_map"))]);
body.dataset.ready = "yes";
