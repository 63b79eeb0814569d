// Layer, category, kind and subdistrict: four selects, filled from what the service has.

import { byTestId, make } from "./dom.js";
import { choose, whenChosen } from "./choice.js";
import { named, say } from "./say.js";

export function setUpFilters(chosen, { layers, categories, kinds, subdistricts }) {
  const selects = {
    layer: byTestId("layer-select"),
    category: byTestId("category-select"),
    kind: byTestId("kind-select"),
    subdistrict: byTestId("subdistrict-select"),
  };
  fill(selects.layer, layers.map((layer) => option(layer, say(`layer_${layer}`))));
  fill(selects.category, [option("*", say("all_categories")), ...categories.map((row) => option(row.code, named(row), true))]);
  fill(selects.kind, [option("", say("all_kinds")), ...kinds.map((row) => option(row.kind, named(row), true))]);
  fill(selects.subdistrict, [option("", say("all_subdistricts")),
    ...subdistricts.map(({ id, name }) => option(id, name, true))]);
  for (const [key, select] of Object.entries(selects)) {
    select.value = chosen[key];
    select.disabled = select.options.length < 2;
    select.addEventListener("change", () => choose({ [key]: select.value }));
  }
  whenChosen((now) => {
    for (const [key, select] of Object.entries(selects)) select.value = now[key];
  });
}

function option(value, text, fromData = false) {
  return make("option", { value, "data-name": fromData }, text);
}

function fill(select, options) {
  select.replaceChildren(...options);
}
