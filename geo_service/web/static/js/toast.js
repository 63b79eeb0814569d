// One line about what was just done, or what went wrong.

import { make } from "./dom.js";

let hiding = 0;

export function toast(sentence, { wrong = false, link = null } = {}) {
  const place = document.getElementById("toast");
  place.replaceChildren(sentence);
  if (link) place.append(make("a", { href: link.href }, link.text));
  place.classList.toggle("wrong", wrong);
  place.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => place.classList.remove("shown"), wrong ? 10000 : 6000);
}
