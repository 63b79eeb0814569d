// Layer, category, kind and subdistrict: four selects of the page, with what the service has.

import { byTestId, find } from "../base/dom.js";

const KEYS = /** @type {const} */ ([
  "layer",
  "days",
  "what",
  "weeks",
  "category",
  "kind",
  "subdistrict",
]);

/** @returns {Selects} */
export function selects() {
  const found = KEYS.map((key) => [key, byTestId(`${key}-select`, HTMLSelectElement)]);
  return Object.fromEntries(found);
}

/** What each of them offers. @param {Selects} chosenBy @returns {Record<string, string[]>} */
export function offered(chosenBy) {
  const valuesOf = (/** @type {HTMLSelectElement} */ { options }) =>
    Array.from(options, ({ value }) => value);
  return Object.fromEntries(KEYS.map((key) => [key, valuesOf(chosenBy[key])]));
}

/** @param {Choice} choice @param {Selects} chosenBy */
export function setUpFilters(choice, chosenBy) {
  for (const key of KEYS) {
    const select = chosenBy[key];
    select.addEventListener("change", () => choice.choose({ [key]: select.value }));
  }
  const show = (/** @type {Chosen} */ now) => {
    for (const key of KEYS) chosenBy[key].value = now[key];
    find(".overview").dataset.layer = now.layer;
    chosenBy.weeks.disabled = now.what === "unsolved"; // as things stand at the week's end
    // On a phone a button says what is chosen; the subdistrict is what the map shows.
    const { layer, category, kind } = chosenBy;
    const said = [layer, ...[category, kind].filter(({ selectedIndex }) => selectedIndex > 0)];
    const words = said.map(({ selectedOptions: [option] }) => option?.text);
    find(".filters-now").textContent = words.join(" · ");
  };
  choice.whenChosen(show);
  show(choice.now);
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
