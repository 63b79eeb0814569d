// The map as one file: what is shown when the link is pressed. Only who may export has the link.

import { withQuery } from "../base/api.js";
import { sundayOf } from "../base/weeks.js";

/** @param {Choice} choice */
export function setUpDownload(choice) {
  const link = document.querySelector("[data-testid=download-map]");
  link?.addEventListener("click", () => {
    const { layer, week, category, kind, subdistrict } = choice.now;
    const to = sundayOf(week).toISOString().slice(0, 10);
    const query = { layer, category, kind, subdistrict, to };
    link.setAttribute("href", withQuery("/exports/map.html", query));
  });
}
