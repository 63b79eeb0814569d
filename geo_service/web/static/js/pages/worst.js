// The list of the worst of what the map shows, counted from one: badges on the map say the same.

import { dataName, icon, make } from "../base/dom.js";
import { day, say } from "../base/say.js";
import { sparkline } from "../charts/spark.js";
import { cameBack, whyThere } from "./sentences.js";

/** @param {HTMLElement} list @param {Row[]} rows @param {ListTold} told */
export function showWorst(list, rows, told) {
  const giveFocusBack = keepFocus(list);
  const drawn = rows.map((row, index) => listRow(row, index + 1, told));
  // What is hot stands in a block of its own above what is ordered by what is expected.
  const hot = rows.findIndex((row) => !row.hot);
  const rest = hot < 0 ? rows.length : hot;
  const head = (/** @type {string} */ words) => make("li.block-head", {}, words);
  if (rest) drawn.splice(rest, 0, ...(rest < rows.length ? [head(say("block_rest"))] : []));
  if (rest) drawn.unshift(head(say("block_hot")));
  // How well this order did before stands under it.
  const { order } = list.dataset;
  if (order) drawn.push(make("li.order-words", { "data-testid": "order-words" }, order));
  list.replaceChildren(...drawn);
  giveFocusBack();
}

/** @param {Row} row @param {number} rank @param {ListTold} told */
function listRow(row, rank, { kindName, mayAssign, onOpen, onAssign, onPoint }) {
  const { area_id: id, kind = "", name = id } = row;
  const { given, list: href, rebound_events_30: back } = row;
  const quiet = (/** @type {string} */ words) => make("span.row-pattern", {}, words);
  const fewFixes = row.enough_data === false && row.observed !== "no";
  const facts = make(
    "span.row-facts",
    {},
    sparkline(row.spark ?? []),
    given && make("b", {}, say("given", { day: day(given.date) })),
    hotWords(row),
    row.hot_rebound && make("span.row-hot", {}, say("hot_rebound")),
    row.pattern_word && patternWord(row.pattern_word),
    row.note && quiet(say("label_changed")),
    fewFixes && quiet(say("too_few")),
  );
  const kindWords = dataName(kindName(kind), "span.quiet-text");
  const title = make("span.row-title", {}, dataName(name, "b"), kindWords);
  const sentence = make("span.row-sentence", {}, cameBack(row));
  const why = make("span.row-why", {}, whyThere(row));
  const open = make(
    "button.row-open",
    { type: "button", onclick: () => onOpen(id) },
    make("span.row-rank", {}, String(rank)),
    make("span.row-text", {}, title, why, sentence, facts),
  );
  const [what, called] = given ? ["undo", "undo_named"] : ["assign", "assign_named"];
  const named = { "data-testid": what, "aria-label": say(called, { name }) };
  const give = { type: "button", ...named, onclick: () => onAssign(row) };
  const count = { "data-testid": "row-count", href, title: say("figure_back") };
  const point = { onmouseenter: () => onPoint(id, true), onmouseleave: () => onPoint(id, false) };
  return make(
    "li.row",
    { "data-testid": "worst-row", "data-area": id, ...point },
    open,
    mayAssign ? make("button.second.row-assign", give, say(what)) : icon("forth"),
    back && href ? make("a.row-count", count, `${back} / ${row.rebound_spells}`) : null,
  );
}

// What the word means is told to whoever points at it.
/** @param {string} word */
function patternWord(word) {
  return make("span.row-pattern", { title: say(`means_${word}`) }, say(`pattern_${word}`));
}

/** @param {Row} row */
function hotWords({ hot, hot_around: around, hot_subdistrict: whole, uncertain }) {
  if (hot) return make("span.row-hot", {}, say("hot"));
  if (!around) return whole ? make("span.row-pattern", {}, say("hot_subdistrict")) : null;
  if (!uncertain) return make("span.row-hot", {}, say("hot_around"));
  return make("span.row-pattern", {}, `${say("hot_around")} · ${say("uncertain")}`);
}

// A list that is drawn anew under somebody's fingers gives the focus back to the same row.
/** @param {HTMLElement} list */
function keepFocus(list) {
  const before = document.activeElement;
  const row = list.contains(before) ? before?.closest(".row") : null;
  const area = row instanceof HTMLElement ? (row.dataset.area ?? "") : null;
  const which = before?.classList.contains("row-assign") ? ".row-assign" : ".row-open";
  return () => {
    if (area === null) return;
    const same = list.querySelector(`[data-area="${CSS.escape(area)}"] ${which}`);
    if (same instanceof HTMLElement) same.focus({ preventScroll: true });
  };
}
