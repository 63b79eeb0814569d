// The map as one file: what is shown when the link is pressed.

import { withQuery } from "./api.js";
import { current } from "./choice.js";
import { mondayOf } from "./say.js";

const WEEK = 6 * 86400000; // from its Monday to its Sunday

export function setUpDownload(link) {
  link?.addEventListener("click", () => {
    const { layer, week, category, kind, subdistrict } = current();
    const to = new Date(mondayOf(week).getTime() + WEEK).toISOString().slice(0, 10);
    link.href = withQuery("/exports/map.html", { layer, category, kind, subdistrict, to });
  });
}
