// Layer, category, kind and subdistrict: four selects, filled from what the service has.

import { byTestId, find, make } from "../base/dom.js";
import { named, say } from "../base/say.js";

/** @param {Choice} choice @param {There} there */
export function setUpFilters(choice, { layers, categories, kinds, subdistricts }) {
  const options = {
    layer: layers.map((layer) => option(layer, say(`layer_${layer}`))),
    category: categories.map((row) => option(row.code, named(row), true)),
    kind: kinds.map((row) => option(row.kind, named(row), true)),
    subdistrict: subdistricts.map(({ id, name }) => option(id, name, true)),
  };
  options.category.unshift(option("*", say("all_categories")));
  options.kind.unshift(option("", say("all_kinds")));
  options.subdistrict.unshift(option("", say("all_subdistricts")));
  const keys = /** @type {(keyof typeof options)[]} */ (Object.keys(options));
  const selects = keys.map((key) => {
    const select = byTestId(`${key}-select`, HTMLSelectElement);
    select.replaceChildren(...options[key]);
    select.disabled = select.options.length < 2;
    select.addEventListener("change", () => choice.choose({ [key]: select.value }));
    return { key, select };
  });
  const show = (/** @type {Chosen} */ now) => {
    for (const { key, select } of selects) select.value = now[key];
    // On a phone a button says what is chosen; the subdistrict is what the map shows.
    const said = selects.filter(({ key, select }) => {
      return key === "layer" || (key !== "subdistrict" && select.selectedIndex > 0);
    });
    const words = said.map(({ select }) => select.selectedOptions[0]?.textContent);
    find(".filters-now").textContent = words.join(" · ");
  };
  choice.whenChosen(show);
  show(choice.now);
}

/** @param {string} value @param {string} text */
function option(value, text, fromData = false) {
  return make("option", { value, "data-name": fromData }, text);
}

/** On a phone the filters are behind a button. */
export function setUpFiltersButton() {
  const frame = find(".overview");
  const button = find(".filters-button");
  const show = (/** @type {boolean} */ open) => {
    frame.toggleAttribute("data-filters", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    const open = !frame.hasAttribute("data-filters");
    show(open);
    if (open) byTestId("layer-select").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !frame.hasAttribute("data-filters")) return;
    show(false);
    button.focus();
  });
}
