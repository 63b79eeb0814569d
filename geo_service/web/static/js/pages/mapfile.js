// The map as one file: the overview's map, list and slider over what the page carries; asks nobody.

import { facts } from "./mapfacts.js";

// first that, which says in which language these speak

import { byTestId, find, findAll, make } from "../base/dom.js";
import { day, lang, named, number, say } from "../base/say.js";
import { Areas } from "../map/areas.js";
import { Badges } from "../map/badges.js";
import { Scale } from "../map/classes.js";
import { drawGround } from "../map/ground.js";
import { Heat } from "../map/heat.js";
import { showLegend } from "../map/legend.js";
import { shapesOn } from "../map/shapes.js";
import { Drawer } from "./drawer.js";
import { figureList, shareWords, verdict, weeksOf } from "./facts.js";
import { factsOf, valuesOf, worstOf } from "./mapweeks.js";
import { areaSentence, hintWords, short } from "./sentences.js";
import { setUpSheet } from "./sheet.js";
import { WeekBar } from "./weekbar.js";
import { showWorst } from "./worst.js";

/** @type {L.Map} */
const map = /** @type {any} */ (window).map;
const frame = find(".overview");
const kindNames = new Map(facts.kinds.map((row) => [row.kind, named(row)]));
const kindName = (kind = "") => kindNames.get(kind) ?? kind;
const now = { layer: facts.layer, week: facts.weeks.length - 1, area: "" };

map.getContainer().dataset.testid = "map";
map.zoomControl?.setPosition("bottomright");
map.attributionControl?.setPrefix(false);
const names = drawGround(map, facts.ground, facts.areas.features);
const areas = new Areas(map, shapesOn(map, facts.areas.features, [...kindNames.keys()]), {
  onOpen: open,
  describe: (kind, value, index) => hintWords(now.layer, kindName(kind), value, index),
});
const heat = new Heat(map, () => show({}));
const badges = new Badges(map, areas);
names.avoided = () => badges.boxes();
const setSheet = setUpSheet(frame, () => map.invalidateSize({ pan: false }));
const step = (/** @type {string} */ week) => show({ week: facts.weeks.indexOf(week) });
const weeks = new WeekBar(facts.weeks, step);
const drawer = new Drawer(byTestId("area-drawer"), {
  ...{ kindName, wholePage: false, mayAssign: false, onAssign: () => {} },
  ...{ body, onClose: () => choose("") },
});

/** @param {Partial<typeof now>} changed */
function show(changed) {
  Object.assign(now, changed);
  const { layer, week } = now;
  const answer = valuesOf(facts, layer, week);
  const scale = new Scale(layer, heat.show(answer));
  areas.show(scale, answer, { kind: "", subdistrict: "" });
  showLegend(byTestId("legend"), scale, answer);
  const worst = worstOf(facts, week);
  const onPoint = (/** @type {string} */ id, /** @type {boolean} */ on) => areas.point(id, on);
  const told = { kindName, mayAssign: false, onOpen: open, onAssign: () => {}, onPoint };
  showWorst(byTestId("worst-list"), worst, told);
  badges.show(worst, now.area);
  names.arrange();
  if (now.area) tell();
  frame.dataset.shown = `${layer} ${facts.weeks[week]}`;
}

/** @param {string} id */
function choose(id) {
  now.area = id;
  areas.choose(id);
  badges.choose(id);
  frame.dataset.drawer = id ? "open" : "closed";
  if (id) tell();
  else drawer.close();
}

/** @param {string} id */
function open(id) {
  choose(id);
  if (frame.dataset.sheet === "low") setSheet("half");
  const box = areas.about(id)?.bounds;
  if (box && !map.getBounds().contains(box)) map.panTo(box.getCenter());
}

function tell() {
  const row = factsOf(facts, now.week, now.area);
  drawer.open(row, Promise.resolve(row));
}

/** A sentence, the figures of the week shown, the weeks in the file. @param {Facts} row */
function body(row) {
  const { cases = 0, rebounds = 0, rebound_spells: fixes = 0, rebound_events_30: back = 0 } = row;
  return [
    ...verdict(row),
    make("p.sentence", {}, areaSentence(row)),
    weeksOf(row.weekly ?? []),
    figureList([
      [say("legend_cases"), number(cases)],
      [say("usually_expected"), short(row.expected)],
      [say("of_these_back"), number(rebounds)],
      [say("figure_share"), shareWords(row)],
      [say("figure_fixes"), number(fixes)],
      [say("figure_back"), number(back)],
    ]),
  ];
}

function dress() {
  const other = lang === "zh" ? "en" : "zh";
  const language = byTestId("language");
  language.textContent = other === "en" ? "English" : "中文";
  language.addEventListener("click", () => {
    location.hash = other;
    location.reload();
  });
  const labels = facts.labels[lang];
  find(".district").textContent = facts.district[lang];
  find(".schematic").hidden = !facts.schematic;
  find(".state").replaceChildren(
    make("span.chosen", { "data-name": true }, facts.chosen[lang].join(" · ")),
    make("span", {}, `${labels.as_of} ${day(facts.as_of)}`),
  );
  const select = byTestId("layer-select", HTMLSelectElement);
  const option = (/** @type {string} */ value) => make("option", { value }, say(`layer_${value}`));
  select.replaceChildren(...facts.layers.map(option));
  select.value = now.layer;
  select.addEventListener("change", () => show({ layer: select.value }));
  for (const place of findAll("[data-text], [data-label]", HTMLElement)) {
    const { text, label } = place.dataset;
    if (text) place.textContent = labels[text];
    if (label) place.setAttribute("aria-label", labels[label]);
  }
}

function fitSmall() {
  if (!matchMedia("(max-width: 760px)").matches) return;
  setSheet("low");
  map.fitBounds(facts.bounds, { paddingTopLeft: L.point(8, 56), animate: false });
}

areas.whenNamed().then((known) => {
  names.nameAreas(known);
  dress();
  weeks.set(facts.weeks[now.week]);
  show({});
  map.invalidateSize({ pan: false });
  fitSmall();
  frame.dataset.ready = "yes";
});
