// The overview: brings map, list, drawer and slider together around one choice.

import { read } from "../base/api.js";
import { find, tellIn } from "../base/dom.js";
import { couldNot, named, say } from "../base/say.js";
import { complain } from "../base/toast.js";
import { Areas } from "../map/areas.js";
import { Badges } from "../map/badges.js";
import { boundsOf, drawGround, idOf, nameOf } from "../map/ground.js";
import { byTiles, makeMap } from "../map/make.js";
import { shapesOn } from "../map/shapes.js";
import { mayAssign, setUpAssign } from "./assign.js";
import { Choice } from "./choice.js";
import { setUpDownload } from "./download.js";
import "./every.js";
import { Figures, valuesAddress } from "./figures.js";
import { setUpFilters, setUpFiltersButton } from "./filters.js";
import { List } from "./list.js";
import { OneArea } from "./onearea.js";
import { goTo, setUpPlace } from "./place.js";
import { hintWords } from "./sentences.js";
import { setUpSheet } from "./sheet.js";
import { WeekBar } from "./weekbar.js";

const LAYERS = ["rebound", "hotspots", "density", "coverage"]; // in the order of the select
const SETTLE = 120; // ms after the map or the slider rests, before the list is asked for

const frame = find(".overview");
const failed = complain("read_figures");

// What can be chosen, and how it is called; `present` are the kinds of areas.
/** @param {Periods} periods @param {Collection} ground @param {Set<string>} present */
function whatThereIs(periods, ground, present) {
  const kindNames = new Map(periods.kinds.map((row) => [row.kind, named(row)]));
  const categoryNames = new Map(periods.categories.map((row) => [row.code, named(row)]));
  const subdistricts = ground.features.filter((one) => one.properties.kind === "subdistrict");
  return {
    weeks: periods.weeks,
    layers: LAYERS.filter((layer) => periods.layers.includes(layer)),
    categories: periods.categories,
    kinds: periods.kinds.filter((row) => present.has(row.kind)),
    subdistricts: subdistricts.map((one) => ({ id: idOf(one), name: nameOf(one) })),
    kindName: (kind = "") => kindNames.get(kind) ?? kind,
    categoryName: (/** @type {string} */ code) => categoryNames.get(code) ?? code ?? "",
    thisYear: Number((periods.as_of ?? "").slice(0, 4)) || new Date().getFullYear(),
  };
}

async function start() {
  const map = makeMap();
  const tiles = byTiles();
  /** @type {[Periods, Collection, Collection]} */
  const [periods, collection, ground] = await Promise.all([
    read("/api/periods"),
    tiles ? { type: "FeatureCollection", features: [] } : read("/api/areas.geojson"),
    read("/api/ground.geojson"),
  ]);
  const present = tiles?.kinds ?? collection.features.map(({ properties }) => properties.kind);
  const there = whatThereIs(periods, ground, new Set(present));
  const choice = new Choice(location.search, there, (query) => {
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  });
  const home = boundsOf(ground);
  // The figures are asked for and the map is put in its place before anything is drawn on it.
  if (there.weeks.length) read(valuesAddress(choice.now)).catch(() => {});
  goTo(map, choice.now.at, home);
  if (!there.weeks.length) {
    drawGround(map, ground, collection);
    tellIn("#worst-empty", say("no_run"));
    frame.dataset.ready = "yes";
    return;
  }

  const board = tiles
    ? (await import("../map/tiles.js")).tilesOn(map, tiles, complain("read_map"))
    : shapesOn(map, collection.features, periods.kinds);
  const areas = new Areas(map, board, {
    onOpen: (id) => choice.choose({ area: id }),
    describe: (kind, value, unseen) =>
      hintWords(choice.now.layer, there.kindName(kind), value, unseen),
  });
  const badges = new Badges(map, areas);
  // What people came for is painted first, then what lies under it and beside.
  const figures = new Figures({ map, choice, areas, badges, there });
  const shown = figures.show();
  await Promise.allSettled([shown]);
  for (let drawn = 0; drawn < 3; drawn += 1) await new Promise(requestAnimationFrame);

  const names = drawGround(map, ground, collection);
  names.avoided = () => badges.boxes();
  setUpAssign();
  setUpDownload(choice);
  setUpFilters(choice, there);
  setUpFiltersButton();
  const setSheet = setUpSheet(frame, () => map.invalidateSize({ pan: false }));
  setUpPlace(map, choice, home, ground);
  const weeks = new WeekBar(there.weeks, there.thisYear, (week) => choice.choose({ week }));
  weeks.set(choice.now.week);

  const parts = { map, choice, areas, badges, names, there, setSheet, weeks };
  await follow({ ...parts, mayAssign: mayAssign() }, figures, shown);
}

// Shows what is chosen now, and whatever is chosen later.
/** @param {Parts} parts @param {Figures} figures @param {Promise<void>} shown */
async function follow(parts, figures, shown) {
  const { choice, weeks } = parts;
  const list = new List(parts);
  const one = new OneArea(parts);
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  const settling = new Map();
  const settle = (/** @type {string} */ what, /** @type {() => Promise<void>} */ action) => {
    clearTimeout(settling.get(what));
    const later = setTimeout(() => action().catch(failed), SETTLE);
    settling.set(what, later);
  };
  choice.whenChosen((now, changed) => {
    const any = (/** @type {string[]} */ ...keys) => keys.some((key) => changed.has(key));
    if (changed.has("week")) weeks.set(now.week);
    if (any("layer", "week", "category", "kind", "subdistrict")) figures.show().catch(failed);
    if (any("layer", "week", "category")) settle("zones", () => list.showZones());
    if (any("week", "category", "kind", "subdistrict", "at")) settle("list", () => list.show());
    if (any("area", "week", "category") && (now.area || changed.has("area"))) {
      one.show(changed.has("area"));
    }
  });
  await Promise.all([shown, list.show(), list.showZones()]);
  if (choice.now.area) one.show(false);
  frame.dataset.ready = "yes";
}

start().catch((error) => tellIn(".map-trouble", couldNot("read_map", error)));
