// Links that take along what is chosen: downloads, the comparison.

import { withQuery } from "../base/api.js";
import { findAll } from "../base/dom.js";
import { sundayOf } from "../base/weeks.js";
import { boxOf } from "./place.js";

/** @param {Choice} choice @param {L.Map} map */
export function setUpLinks(choice, map) {
  for (const link of findAll("[data-follows]", HTMLAnchorElement)) {
    const [address] = link.href.split("?");
    link.addEventListener("click", () => {
      const { layer, week, category, kind, subdistrict } = choice.now;
      const beside = {
        file: { layer, to: sundayOf(week).toISOString().slice(0, 10) },
        compare: { b: week },
        list: { week, bbox: boxOf(map) },
      }[link.dataset.follows ?? ""] ?? { week };
      link.href = withQuery(address, { ...beside, category, kind, subdistrict });
    });
  }
}
