// The overview: brings map, list, drawer and slider together around one choice.

import { read, withQuery } from "./api.js";
import { Areas } from "./areas.js";
import { askAssign, mayAssign, setUpAssign } from "./assign.js";
import { Badges } from "./badges.js";
import { Cells } from "./cells.js";
import { choose, current, restore, whenChosen } from "./choice.js";
import { byTestId } from "./dom.js";
import { setUpDownload } from "./download.js";
import { Drawer } from "./drawer.js";
import { setUpFilters } from "./filters.js";
import { boundsOf, drawGround } from "./ground.js";
import { showLegend } from "./legend.js";
import { LAYERS, measureBy } from "./ramps.js";
import { named, number, percent, say } from "./say.js";
import { setUpSheet } from "./sheet.js";
import { TiledAreas } from "./tiledareas.js";
import { tiled } from "./tileload.js";
import { toast } from "./toast.js";
import { Weeks } from "./weeks.js";
import { showWorst } from "./worst.js";
import { boundsOfZone, showZones } from "./zones.js";

const map = window.geoServiceMap;
const frame = document.querySelector(".overview");
const ROWS = 50;
const NO_FEATURES = { type: "FeatureCollection", features: [] };
const SETTLE = 120; // ms after the map or the slider rests, before the list is asked for

function trouble(error) {
  const place = document.querySelector(".map-trouble");
  place.textContent = say("could_not", { what: say("read_map"), why: error.message });
  place.hidden = false;
}

async function start() {
  map.options.zoomSnap = 0.25; // a district should fill its frame, not the half of it
  dressControls();
  map.attributionControl?.setPrefix(false);
  const byTiles = tiled();
  const [periods, collection, ground] = await Promise.all([
    read("/api/periods"), byTiles ? NO_FEATURES : read("/api/areas.geojson"), read("/api/ground.geojson"),
  ]);
  const thisYear = Number((periods.as_of ?? "").slice(0, 4)) || new Date().getFullYear();
  const layers = ["rebound", "hotspots", "density", "coverage"].filter((layer) => periods.layers.includes(layer));
  const subdistricts = ground.features.filter((feature) => feature.properties.kind === "subdistrict")
    .map((feature) => ({ id: idOf(feature), name: feature.properties.name || idOf(feature) }));
  const present = new Set(byTiles?.kinds ?? collection.features.map((feature) => feature.properties.kind));
  const kinds = periods.kinds.filter((row) => present.has(row.kind));
  const chosen = restore({
    weeks: periods.weeks, layers, categories: periods.categories.map((row) => row.code),
    kinds: kinds.map((row) => row.kind), subdistricts: subdistricts.map((row) => row.id),
  });
  const kindNames = new Map(periods.kinds.map((row) => [row.kind, named(row)]));
  const categoryNames = new Map(periods.categories.map((row) => [row.code, named(row)]));
  const kindName = (kind) => kindNames.get(kind) ?? kind ?? "";
  const categoryName = (code) => categoryNames.get(code) ?? code ?? "";

  const home = boundsOf(ground);
  if (!periods.weeks.length) {
    placeMap(chosen, home);
    drawGround(map, ground, collection);
    document.getElementById("worst-empty").hidden = false;
    document.getElementById("worst-empty").textContent = say("no_run");
    frame.dataset.ready = "yes";
    return;
  }
  // The figures are asked for and the map is put in its place before anything is drawn on it.
  read(valuesAddress(chosen.layer, chosen.week, chosen.category)).catch(() => {});
  placeMap(chosen, home);
  const names = drawGround(map, ground, collection);
  const pressed = {
    onOpen: (id) => choose({ area: id }), describe: (kind, value, unseen) => describe(current().layer, kindName(kind), value, unseen),
    onTrouble: (error) => toast(say("could_not", { what: say("read_map"), why: error.message }), { wrong: true }),
  };
  const areas = byTiles ? new TiledAreas(map, byTiles, pressed) : new Areas(map, collection, periods.kinds, pressed);
  const cells = new Cells(map);
  const badges = new Badges(map, areas);
  names.avoided = () => badges.boxes();

  setUpAssign();
  setUpDownload(byTestId("download-map"));
  setUpFilters(chosen, { layers, categories: periods.categories, kinds, subdistricts });
  const setSheet = setUpSheet(frame, () => map.invalidateSize({ pan: false }));
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
  const weeks = new Weeks(document.querySelector(".week-bar"), periods.weeks, thisYear, (week) => choose({ week }));
  weeks.set(chosen.week);
  setUpButtons(home.isValid() ? home : map.getBounds());

  let before = "";
  const drawer = new Drawer(byTestId("area-drawer"), {
    kindName, categoryName, thisYear, mayAssign: mayAssign(), onAssign: askAssign, onClose: () => choose({ area: "" }),
  });

  async function showValues(now) {
    const { layer, category, week, kind, subdistrict } = now;
    const values = await read(valuesAddress(layer, week, category));
    if (valuesAddress(layer, week, category) !== valuesAddress(current().layer, current().week, current().category)) return;
    if (LAYERS[layer].cells) cells.show(values);
    else cells.clear();
    measureBy(layer, values.usual);
    badges.ring(layer);
    await areas.show(layer, values, { kind, subdistrict });
    showLegend(byTestId("legend"), layer, values);
    frame.dataset.shownOf = [category, kind, subdistrict].join(" ").trim();
    frame.dataset.shown = `${layer} ${week}`;
    const here = periods.weeks.indexOf(week);
    for (const next of [here + 1, here - 1, here + 2]) {
      if (periods.weeks[next]) read(valuesAddress(layer, periods.weeks[next], category)).catch(() => {});
    }
  }

  async function showList(now) {
    const asked = worstAddress(now);
    const answered = await read(asked);
    if (asked !== worstAddress(current())) return;
    const rows = answered.rows ?? answered;
    showWorst(byTestId("worst-list"), rows, {
      kindName, mayAssign: mayAssign(), onOpen: (id) => { before = id; choose({ area: id }); }, onAssign: askAssign,
      onPoint: (id, on) => areas.point(id, on),
    });
    document.querySelector(".worst-count").textContent = rows.length
      ? say(rows.length < ROWS ? "rows_in_view" : "rows_first", { count: rows.length }) : "";
    const empty = document.getElementById("worst-empty");
    empty.hidden = rows.length > 0;
    empty.textContent = say("list_empty");
    // Where areas lie is known later than what they look like, if there are very many.
    await areas.whenPainted().then(() => areas.whenNamed());
    if (asked !== worstAddress(current())) return;
    badges.show(rows, current().area);
    names.arrange();
  }

  async function showZonesOf(now) {
    const place = byTestId("zones");
    const asked = withQuery("/api/zones", { category: now.category, week: now.week });
    const { features } = now.layer === "hotspots" ? await read(asked) : NO_FEATURES;
    const { layer, category, week } = current();
    if (layer !== now.layer || category !== now.category || week !== now.week) return;
    showZones(place, features, {
      onPoint: (id, on) => areas.point(id, on),
      onOpen: (zone) => {
        map.fitBounds(boundsOfZone(features, zone), { animate: !calm(), maxZoom: 16, padding: [48, 48] });
        choose({ area: zone.area_ids[0] });
      },
    });
  }

  function showArea(now, moveThere) {
    areas.choose(now.area);
    badges.choose(now.area);
    frame.dataset.drawer = now.area ? "open" : "closed";
    if (!now.area) {
      drawer.close();
      const from = before && (document.querySelector(`.row[data-area="${CSS.escape(before)}"]`) ?? document.querySelector(".row"));
      if (from) from.querySelector(".row-open").focus();
      else map.getContainer().focus({ preventScroll: true });
      before = "";
      return;
    }
    const known = areas.propertiesOf(now.area);
    drawer.open({ area_id: now.area, ...known }, read(withQuery(`/api/areas/${encodeURIComponent(now.area)}/summary`,
      { category: now.category, week: now.week })));
    if (frame.dataset.sheet === "low") setSheet("half");
    if (!moveThere) return;
    areas.whenNamed().then(() => {
      const box = current().area === now.area && areas.boundsOf(now.area);
      if (box) bringIntoSight(box);
    }).catch(failed);
  }

  const settling = {};
  const settle = (what, action) => { clearTimeout(settling[what]); settling[what] = setTimeout(action, SETTLE); };
  const failed = (error) => toast(say("could_not", { what: say("read_figures"), why: error.message }), { wrong: true });

  whenChosen((now, changed) => {
    const any = (...keys) => keys.some((key) => changed.has(key));
    if (changed.has("week")) weeks.set(now.week);
    if (any("layer", "week", "category", "kind", "subdistrict")) showValues(now).catch(failed);
    if (any("layer", "week", "category")) settle("zones", () => showZonesOf(current()).catch(failed));
    if (any("week", "category", "kind", "subdistrict", "at")) settle("list", () => showList(current()).catch(failed));
    if (any("area", "week", "category") && (now.area || changed.has("area"))) showArea(now, changed.has("area"));
    if (changed.has("subdistrict") && now.subdistrict) fitSubdistrict(ground, now.subdistrict);
    dressFiltersButton(now, categoryName, kindName);
  });
  map.on("moveend", () => choose({ at: placeOf(map) }));

  dressFiltersButton(chosen, categoryName, kindName);
  await Promise.all([showValues(chosen), showList(chosen), showZonesOf(chosen)]);
  if (chosen.area) showArea(chosen, false);
  frame.dataset.ready = "yes";
}

function dressControls() {
  map.zoomControl?.setPosition("bottomright");
  for (const way of ["in", "out"]) {
    const button = document.querySelector(`.leaflet-control-zoom-${way}`);
    button?.setAttribute("title", say(`zoom_${way}`));
    button?.setAttribute("aria-label", say(`zoom_${way}`));
  }
}

function valuesAddress(layer, week, category) {
  return withQuery(`/api/values/${layer}/${week}`, { category });
}

function worstAddress({ week, category, kind, subdistrict }) {
  const box = map.getBounds();
  const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((edge) => edge.toFixed(5)).join(",");
  return withQuery(`/api/worst/${week}`, { category, kind, subdistrict, bbox, limit: ROWS });
}

function placeOf() {
  const { lat, lng } = map.getCenter();
  return `${lat.toFixed(5)},${lng.toFixed(5)},${map.getZoom()}`;
}

function placeMap(chosen, bounds) {
  const [lat, lon, zoom] = chosen.at.split(",").map(Number);
  if ([lat, lon, zoom].every(Number.isFinite) && chosen.at) map.setView([lat, lon], zoom, { animate: false });
  else if (bounds.isValid()) map.fitBounds(bounds, { animate: false });
}

function fitSubdistrict(ground, id) {
  const feature = ground.features.find((candidate) => idOf(candidate) === id);
  if (feature) map.fitBounds(window.L.geoJSON(feature).getBounds(), { animate: !calm() });
}

function bringIntoSight(box) {
  const size = map.getSize();
  const from = map.latLngToContainerPoint(box.getNorthWest());
  const to = map.latLngToContainerPoint(box.getSouthEast());
  if (from.x > 0 && from.y > 0 && to.x < size.x && to.y < size.y) return;
  map.panTo(box.getCenter(), { animate: !calm() });
}

function idOf(feature) {
  return String(feature.id ?? feature.properties.area_id);
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function describe(layer, kind, value, unseen) {
  const unknown = value == null;
  if (unseen) return `${kind} · ${say("nobody_looked")}`;
  if (layer === "coverage") return `${kind} · ${unknown ? say("coverage_unknown") : say("hint_coverage", { days: number(value) })}`;
  if (layer === "rebound") return `${kind} · ${unknown ? say("too_few") : say("hint_rebound", { share: percent(value / 1000) })}`;
  if (layer === "hotspots") return `${kind} · ${say(unknown ? "too_few" : value ? "hot" : "not_hot")}`;
  return layer === "cases" && !unknown ? `${kind} · ${say("hint_cases", { count: number(value) })}` : kind;
}

function dressFiltersButton({ layer, category, kind }, categoryName, kindName) {
  const parts = [say(`layer_${layer}`), category === "*" ? "" : categoryName(category), kind ? kindName(kind) : ""];
  document.querySelector(".filters-now").textContent = parts.filter(Boolean).join(" · ");
}

function setUpButtons(bounds) {
  // Leaflet gives the map the focus when it is pressed; only a keyboard needs to see where it is.
  const place = map.getContainer();
  place.addEventListener("pointerdown", () => place.classList.add("pressed"), true);
  place.addEventListener("keydown", () => place.classList.remove("pressed"), true);
  const filters = document.querySelector(".filters-button");
  filters.addEventListener("click", () => {
    const open = frame.toggleAttribute("data-filters");
    filters.setAttribute("aria-expanded", String(open));
    if (open) byTestId("layer-select").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !frame.hasAttribute("data-filters")) return;
    frame.removeAttribute("data-filters");
    filters.setAttribute("aria-expanded", "false");
    filters.focus();
  });
  document.querySelector(".whole-button").addEventListener("click", () => map.fitBounds(bounds, { animate: !calm() }));
}

start().catch(trouble);
