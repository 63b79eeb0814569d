// The line above the map, as the chosen week ended; each count leads to its rows.

import { read } from "../base/api.js";
import { find } from "../base/dom.js";
import { day, number } from "../base/say.js";

/** @param {string} week */
export async function showState(week) {
  const { as_of, facts } = await read(`/api/state/${week}`);
  find(".fact-as-of time").textContent = day(as_of);
  for (const { key, value, href } of facts) {
    const fact = find(`.fact-${key}`);
    fact.hidden = !value;
    find("b", HTMLElement, fact).textContent = number(value);
    if (href) find("a", HTMLAnchorElement, fact).href = href;
  }
}
