// The map as one file: the overview's map, list and slider over what the page carries; asks nobody.

import { facts } from "./mapfacts.js";
import { Areas } from "./areas.js";
import { Badges } from "./badges.js";
import { weeklyBars } from "./bars.js";
import { Cells } from "./cells.js";
import { byTestId, dataName, icon, make } from "./dom.js";
import { areaSentence } from "./drawer.js";
import { drawGround } from "./ground.js";
import { showLegend } from "./legend.js";
import { LAYERS, measureBy } from "./ramps.js";
import { day, lang, named, number, percent, say } from "./say.js";
import { setUpSheet } from "./sheet.js";
import { Weeks } from "./weeks.js";
import { showWorst } from "./worst.js";

const CELL_M = 100;
const SMALL = matchMedia("(max-width: 760px)");

const map = window.map;
const frame = document.querySelector(".overview");
const { features } = facts.areas;
const kindNames = new Map(facts.kinds.map((row) => [row.kind, named(row)]));
const kindName = (kind) => kindNames.get(kind) ?? kind ?? "";
const thisYear = Number(facts.as_of.slice(0, 4));
const now = { layer: facts.layer, week: facts.weeks.length - 1, area: "" };

// A row of a week of the file: what the overview's addresses answer.
function rowOf(week, place) {
  const { worst: _, ...columns } = facts.rows[week];
  const row = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[place]]));
  const share = (value) => (value == null ? null : value / 1000);
  const { id, properties } = features[row.area];
  return {
    ...row, ...properties, area_id: String(id), observed: facts.observed[row.observed],
    p_rebound_30: share(row.p_rebound_30), low: share(row.p_rebound_30_low), high: share(row.p_rebound_30_high),
    enough_data: row.p_rebound_30 != null, hot: (row.flags & 1) > 0, hot_around: (row.flags & 2) > 0, uncertain: (row.flags & 4) > 0,
  };
}

function weekly(area, key, from) {
  return facts.weekly[key][area].slice(Math.max(0, from), now.week + 1);
}

function valuesOf(layer, week) {
  const unseen = facts.unseen[week];
  if (layer !== "density") return { values: facts.values[layer][week], unseen, usual: facts.usual };
  const { place, count } = facts.cells[week];
  const cells = place.map((at, index) => [...facts.places[at], count[index]]);
  return { values: cells, unseen, cells, cell_m: CELL_M };
}

function describe(kind, value, unseen) {
  const told = () => {
    if (unseen) return say("nobody_looked");
    if (value == null) return say(now.layer === "coverage" ? "coverage_unknown" : "too_few");
    if (now.layer === "rebound") return say("hint_rebound", { share: percent(value / 1000) });
    return now.layer === "hotspots" ? say(value ? "hot" : "not_hot") : say("hint_coverage", { days: number(value) });
  };
  return now.layer === "density" ? kindName(kind) : `${kindName(kind)} · ${told()}`;
}

map.zoomControl?.setPosition("bottomright");
map.attributionControl?.setPrefix(false);
const names = drawGround(map, facts.ground, facts.areas);
const areas = new Areas(map, facts.areas, facts.kinds, { onOpen: open, describe });
const cells = new Cells(map);
const badges = new Badges(map, areas);
names.avoided = () => badges.boxes();
const weeks = new Weeks(document.querySelector(".week-bar"), facts.weeks, thisYear, (week) => show({ week: facts.weeks.indexOf(week) }));

function show(changed) {
  Object.assign(now, changed);
  const { layer, week } = now;
  const values = valuesOf(layer, week);
  if (LAYERS[layer].cells) cells.show(values);
  else cells.clear();
  measureBy(layer, facts.usual);
  areas.show(layer, values, {});
  showLegend(byTestId("legend"), layer, values);
  const worst = facts.rows[week].worst.map((place) => rowOf(week, place));
  for (const row of worst) row.spark = weekly(row.area, "cases", week - 11);
  showWorst(byTestId("worst-list"), worst, { kindName, onOpen: open, onPoint: (id, on) => areas.point(id, on) });
  badges.show(worst, now.area);
  badges.ring(layer);
  names.arrange();
  if (now.area) tell();
  frame.dataset.shown = `${layer} ${facts.weeks[week]}`;
}

function open(id) {
  now.area = id;
  areas.choose(id);
  badges.choose(id);
  tell();
  if (frame.dataset.sheet === "low") setSheet("half");
  byTestId("area-drawer").focus({ preventScroll: true });
  const box = areas.boundsOf(id);
  if (!map.getBounds().contains(box)) map.panTo(box.getCenter());
}

function close() {
  now.area = "";
  areas.choose("");
  badges.choose("");
  byTestId("area-drawer").hidden = true;
  frame.dataset.drawer = "closed";
}

// One area told: a sentence, its figures of the week shown, its weeks in the file.
function tell() {
  const place = features.findIndex((feature) => String(feature.id) === now.area);
  const at = facts.rows[now.week].area.indexOf(place);
  const seen = { values: facts.values.coverage?.[now.week][place], unseen: facts.unseen[now.week].includes(place) };
  const row = at < 0 ? { ...features[place].properties, observed: seen.unseen ? "no" : "unknown" } : rowOf(now.week, at);
  row.district_p_rebound_30 = facts.usual == null ? null : facts.usual / 1000;
  const [cases, rebounds, closures] = ["cases", "rebounds", "closures"].map((key) => weekly(place, key, now.week - 51));
  const bars = cases.map((count, index) => ({
    week: facts.weeks[now.week - cases.length + 1 + index], cases: count, rebounds: rebounds[index], closures: closures[index],
  }));
  const figures = [["legend_cases", number(row.cases ?? 0)], ["usually_expected", row.expected == null ? "–" : number(row.expected)],
    ["of_these_back", number(row.rebounds ?? 0)], ["figure_share", row.p_rebound_30 == null ? say("too_few") : percent(row.p_rebound_30)],
    ["figure_fixes", number(row.rebound_spells ?? 0)], ["figure_back", number(row.rebound_events_30 ?? 0)]];
  const drawer = byTestId("area-drawer");
  drawer.replaceChildren(
    make("div", { "class": "drawer-head" },
      make("div", {}, dataName(row.name || now.area, "h2"),
        make("p", { "class": "quiet-text" }, [kindName(row.kind), row.subdistrict_name].filter(Boolean).join(" · "))),
      make("button", { type: "button", "class": "quiet close", "aria-label": say("close"), onclick: close }, icon("close"))),
    make("div", { "class": "drawer-body" },
      row.hot ? make("p", { "class": "row-hot", "data-testid": "verdict" }, say("verdict_hot", { cases: number(row.cases), expected: number(row.expected) })) : null,
      make("p", { "class": "sentence" }, areaSentence(row)),
      make("figure", {}, weeklyBars(bars, thisYear), make("figcaption", {},
        ...["new key_cases", "back key_rebounds", "fix key_fixes"].map((one) => one.split(" ")).map(([mark, key]) => make("span", { "class": `key bar-${mark}` }, say(key))))),
      make("dl", { "class": "figures" }, ...figures.flatMap(([key, value]) => [make("dt", {}, say(key)), make("dd", {}, value)]))),
  );
  drawer.hidden = false;
  frame.dataset.drawer = "open";
}

function dress() {
  const other = lang === "zh" ? "en" : "zh";
  const language = byTestId("language");
  language.textContent = other === "en" ? "English" : "中文";
  language.addEventListener("click", () => { location.hash = other; location.reload(); });
  document.querySelector(".district").textContent = facts.district[lang];
  const labels = facts.labels[lang];
  const schematic = document.querySelector(".schematic");
  schematic.textContent = labels.schematic;
  schematic.hidden = !facts.schematic;
  document.querySelector(".state").replaceChildren(
    make("span", { "class": "chosen", "data-name": true }, facts.chosen[lang].join(" · ")),
    make("span", {}, `${labels.as_of} ${day(facts.as_of)}`));
  const select = byTestId("layer-select");
  select.replaceChildren(...facts.layers.map((layer) => make("option", { value: layer }, say(`layer_${layer}`))));
  select.value = now.layer;
  select.addEventListener("change", () => show({ layer: select.value }));
  document.querySelector(".worst-head h2").textContent = labels.worst_title;
  const called = { "[data-testid=layer-select]": "layer", ".legend": "legend", ".sheet-handle": "pull_list", ".side": "worst_title",
    ".week-bar": "week", "[data-testid=week-slider]": "week" };
  for (const [place, label] of Object.entries(called)) document.querySelector(place).setAttribute("aria-label", labels[label]);
}

dress();
const setSheet = setUpSheet(frame, () => map.invalidateSize({ pan: false }));
weeks.set(facts.weeks[now.week]);
show({});
if (SMALL.matches) {
  setSheet("low");
  map.fitBounds(facts.bounds, { animate: false, paddingTopLeft: [8, 56], paddingBottomRight: [8, byTestId("legend").offsetHeight] });
}
frame.dataset.ready = "yes";
