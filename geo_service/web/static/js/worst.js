// The list of the worst, of what the map shows now, counted from one: badges on the map say the same.

import { dataName, icon, make } from "./dom.js";
import { sparkline } from "./bars.js";
import { percent, say } from "./say.js";

export function cameBack(row) {
  if (row.observed === "no") return say("nobody_looked");
  if (!row.rebound_spells) return say("no_fixes_yet");
  const words = say("came_back", { back: row.rebound_events_30 ?? 0, fixes: row.rebound_spells });
  return row.p_rebound_30 == null ? words : `${words} · ${percent(row.p_rebound_30)}`;
}

export function showWorst(list, rows, { kindName, mayAssign, onOpen, onAssign, onPoint }) {
  const giveFocusBack = keepFocus(list);
  list.replaceChildren(...rows.map((row, index) => {
    const name = row.name || row.area_id;
    const facts = make("span", { "class": "row-facts" },
      sparkline(row.spark ?? []),
      hotWords(row),
      listedPattern(row) ? make("span", { "class": "row-pattern" }, say(`pattern_${row.pattern_word}`)) : null,
      row.note ? make("span", { "class": "row-pattern" }, say("label_changed")) : null,
      row.enough_data === false && row.observed !== "no" ? make("span", { "class": "row-pattern" }, say("too_few")) : null);
    const open = make("button", { type: "button", "class": "row-open", onclick: () => onOpen(row.area_id) },
      make("span", { "class": "row-rank" }, String(index + 1)),
      make("span", { "class": "row-text" },
        make("span", { "class": "row-title" }, dataName(name, "b"), make("span", { "class": "quiet-text", "data-name": true }, kindName(row.kind))),
        make("span", { "class": "row-sentence" }, cameBack(row)),
        facts));
    const give = mayAssign && make("button", {
      type: "button", "class": "second row-assign", "data-testid": "assign",
      "aria-label": say("assign_named", { name }), onclick: () => onAssign(row),
    }, say("assign"));
    return make("li", {
      "class": "row", "data-testid": "worst-row", "data-area": row.area_id,
      onmouseenter: () => onPoint(row.area_id, true), onmouseleave: () => onPoint(row.area_id, false),
    }, open, give || icon("forth"));
  }));
  giveFocusBack();
}

// a rise of the neighbourhood's series alone is mostly chance: it is told beside a verdict
function listedPattern({ pattern_word: word, hot, hot_around: around }) {
  return word && (hot || around || !["new", "growing"].includes(word));
}

function hotWords({ hot, hot_around: around, uncertain }) {
  if (hot) return make("span", { "class": "row-hot" }, say("hot"));
  if (!around) return null;
  const words = uncertain ? `${say("hot_around")} · ${say("uncertain")}` : say("hot_around");
  return make("span", { "class": uncertain ? "row-pattern" : "row-hot" }, words);
}

// A list that is drawn anew under somebody's fingers gives the focus back to the same row.
function keepFocus(list) {
  const before = document.activeElement;
  const area = list.contains(before) ? before.closest(".row").dataset.area : null;
  const which = before?.classList.contains("row-assign") ? ".row-assign" : ".row-open";
  return () => {
    if (area !== null) list.querySelector(`[data-area="${CSS.escape(area)}"] ${which}`)?.focus({ preventScroll: true });
  };
}
