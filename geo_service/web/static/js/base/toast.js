// One line about what was just done, or what went wrong.

import { find, make } from "./dom.js";
import { couldNot } from "./say.js";

/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiding;

/** @param {string} sentence @param {{wrong?: boolean, link?: Link}} [more] */
export function toast(sentence, { wrong = false, link } = {}) {
  const place = find("#toast");
  place.replaceChildren(sentence);
  if (link) place.append(make("a", { href: link.href }, link.text));
  place.classList.toggle("wrong", wrong);
  place.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => place.classList.remove("shown"), wrong ? 10000 : 6000);
}

/** Tells what could not be done. @param {string} what @returns {(error: unknown) => void} */
export const complain = (what) => (error) => toast(couldNot(what, error), { wrong: true });
