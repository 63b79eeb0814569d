// The overview: brings map, list, drawer and slider together around one choice.

import { read } from "../base/api.js";
import { find, tellIn } from "../base/dom.js";
import { couldNot, say } from "../base/say.js";
import { complain } from "../base/toast.js";
import { Areas } from "../map/areas.js";
import { Badges } from "../map/badges.js";
import { boundsOf, drawGround } from "../map/ground.js";
import { makeMap } from "../map/make.js";
import { shapesOn } from "../map/shapes.js";
import { mayAssign, setUpAssign } from "./assign.js";
import { Choice } from "./choice.js";
import "./every.js";
import { Figures, valuesAddress } from "./figures.js";
import { offered, selects, setUpFilters, setUpFiltersButton } from "./filters.js";
import { setUpLinks } from "./links.js";
import { List } from "./list.js";
import { OneArea } from "./onearea.js";
import { goTo, setUpPlace } from "./place.js";
import { hintWords } from "./sentences.js";
import { setUpSheet } from "./sheet.js";
import { showState } from "./state.js";
import { WeekBar } from "./weekbar.js";

const SETTLE = 120; // ms after the map or the slider rests, before the list is asked for

const frame = find(".overview");
const failed = complain("read_figures");

async function start() {
  const map = makeMap();
  const { areaTiles = "null", weeks: told = "" } = frame.dataset;
  /** @type {ByTiles | null} */
  const tiles = JSON.parse(areaTiles);
  const chosenBy = selects();
  const kinds = new Map(Array.from(chosenBy.kind.options, ({ value, text }) => [value, text]));
  kinds.delete("");
  const there = {
    weeks: told.split(" ").filter(Boolean),
    kindName: (/** @type {string | undefined} */ one = "") => kinds.get(one) ?? one,
  };
  const known = { ...offered(chosenBy), week: there.weeks };
  const choice = new Choice(location.search, known, (query) => {
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  });
  /** @type {[Collection, Collection]} */
  const [collection, ground] = await Promise.all([
    tiles ? { type: "FeatureCollection", features: [] } : read("/api/areas.geojson"),
    read("/api/ground.geojson"),
  ]);
  const home = boundsOf(ground);
  // The figures are asked for and the map is put in its place before anything is drawn on it.
  if (there.weeks.length) read(valuesAddress(choice.now)).catch(() => {});
  goTo(map, choice.now.at, home);
  if (!there.weeks.length) {
    drawGround(map, ground, collection.features);
    tellIn("#worst-empty", say("no_run"));
    frame.dataset.ready = "yes";
    return;
  }

  const board = tiles
    ? (await import("../map/tiles.js")).tilesOn(map, tiles, complain("read_map"))
    : shapesOn(map, collection.features, [...kinds.keys()]);
  const areas = new Areas(map, board, {
    onOpen: (id) => choice.choose({ area: id }),
    describe: (kind, value, index) =>
      hintWords(choice.now.layer, there.kindName(kind), value, index),
  });
  const badges = new Badges(map, areas);
  // What people came for is painted first, then what lies under it and beside.
  const figures = new Figures({ map, choice, areas, badges, there });
  const shown = figures.show();
  await Promise.allSettled([shown]);
  for (let drawn = 0; drawn < 3; drawn += 1) await new Promise(requestAnimationFrame);

  const names = drawGround(map, ground, collection.features);
  names.avoided = () => badges.boxes();
  areas.whenNamed().then((known) => names.nameAreas(known));
  figures.onNamed = (places) => names.nameHot(places);
  shown.then((answer) => names.nameHot(answer?.named ?? [])).catch(() => {});
  setUpAssign();
  setUpLinks(choice, map);
  setUpFilters(choice, chosenBy);
  setUpFiltersButton();
  const setSheet = setUpSheet(frame, () => map.invalidateSize({ pan: false }));
  setUpPlace(map, choice, home, ground);
  const weeks = new WeekBar(there.weeks, (week) => choice.choose({ week }));
  weeks.set(choice.now.week);

  const parts = { map, choice, areas, badges, names, there, setSheet, weeks };
  await follow({ ...parts, mayAssign: mayAssign() }, figures, shown);
}

// Shows what is chosen now, and whatever is chosen later.
/** @param {Parts} parts @param {Figures} figures @param {Promise<unknown>} shown */
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
    if (changed.has("week")) settle("state", () => showState(now.week));
    if (any("layer", "days", "what", "weeks", "week", "category", "kind", "subdistrict"))
      figures.show().catch(failed);
    if (any("layer", "week", "category")) settle("zones", () => list.showZones());
    if (any("week", "category", "kind", "subdistrict", "at")) settle("list", () => list.show());
    if (any("area", "week", "category") && (now.area || changed.has("area"))) {
      one.show(changed.has("area"));
    }
  });
  document.addEventListener("assigned", () => list.show().catch(failed));
  await Promise.all([shown, list.show(), list.showZones()]);
  if (choice.now.area) one.show(false);
  frame.dataset.ready = "yes";
}

start().catch((error) => tellIn(".map-trouble", couldNot("read_map", error)));
