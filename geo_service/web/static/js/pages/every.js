// On every page: days in the reader's words, a menu that is open where there is room, and a
// language switch that keeps the place.

import { ask } from "../base/api.js";
import { byTestId, find, findAll } from "../base/dom.js";
import { day } from "../base/say.js";

for (const place of findAll("time[data-day]", HTMLTimeElement)) {
  place.textContent = day(place.dateTime);
}

const menu = find(".menu", HTMLDetailsElement);
const roomy = matchMedia("(min-width: 901px)");
const fit = () => menu.toggleAttribute("open", roomy.matches);
fit();
roomy.addEventListener("change", fit);

document.addEventListener("click", ({ target }) => {
  if (!roomy.matches && target instanceof Node && !menu.contains(target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open || roomy.matches) return;
  menu.open = false;
  find("summary", HTMLElement, menu).focus();
});

const language = byTestId("language", HTMLAnchorElement);
language.addEventListener("click", () => {
  const query = new URLSearchParams(location.search);
  query.set("lang", language.hreflang);
  language.search = query.toString();
});

for (const field of findAll("select[data-moves]", HTMLSelectElement)) {
  field.addEventListener("change", () => field.form?.requestSubmit());
}

for (const bar of findAll("progress[data-job]", HTMLProgressElement)) {
  const timer = setInterval(async () => {
    const job = await ask(`/api/jobs/${bar.dataset.job}`).catch(() => clearInterval(timer));
    if (job?.total) [bar.max, bar.value] = [job.total, job.done];
    if (job && !["queued", "running"].includes(job.state)) location.reload();
  }, 1000);
}
