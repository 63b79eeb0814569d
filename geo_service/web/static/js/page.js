// On every page: days in the reader's words, a menu that is open where there is room, and a
// language switch that keeps the place.

import { day } from "./say.js";

document.querySelectorAll("time[data-day]").forEach((place) => { place.textContent = day(place.dateTime); });

const menu = document.querySelector(".menu");
const roomy = matchMedia("(min-width: 901px)");

function fit() {
  if (menu) menu.open = roomy.matches;
}

fit();
roomy.addEventListener("change", fit);

document.addEventListener("click", (event) => {
  if (menu && !roomy.matches && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.open || roomy.matches) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

const language = document.querySelector("[data-testid=language]");
language?.addEventListener("click", () => {
  const query = new URLSearchParams(location.search);
  query.set("lang", language.hreflang);
  language.search = query.toString();
});

const moves = document.querySelectorAll("[data-moves]");
moves.forEach((field) => field.addEventListener("change", () => field.form.requestSubmit()));
