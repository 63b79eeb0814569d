// A new report: its point by a click, by where one stands or by hand; what is near is told at once.

import { ask, withQuery } from "../base/api.js";
import { find, findAll } from "../base/dom.js";
import { messageOf, number, say } from "../base/say.js";
import { drawFew } from "../map/few.js";
import { makeMap } from "../map/make.js";
import { Pin } from "../map/pin.js";

const CLOSE = 17;
const map = makeMap();
// a select, or a field in which a code stands first
const category = /** @type {HTMLInputElement} */ (find("#category"));
const told = find(".report-near");
const pin = new Pin(map, tell);
let asked = 0;

/** @param {{case_id: string, metres: number, closed_days: number | null}} site */
function words(site) {
  const values = { case: site.case_id, metres: number(Math.round(site.metres)) };
  if (site.closed_days === null) return say("near_open", values);
  return say("near_closed", { ...values, days: number(Math.floor(site.closed_days)) });
}

/** The code that is chosen; of what was typed that of the one it can only mean. */
function codeNow() {
  const { value, list } = category;
  if (!list) return value;
  const asked = value.trim().toLowerCase();
  const means = (/** @type {HTMLOptionElement} */ { value, label }) =>
    value.toLowerCase() === asked || label.includes(asked);
  const [one, other] = Array.from(list.options).filter(means);
  return one && !other ? one.value.split(" ")[0] : "";
}

async function tell() {
  asked += 1;
  const turn = asked;
  const tellIt = (/** @type {string} */ sentence) => {
    if (turn === asked) told.textContent = sentence;
  };
  const here = pin.point;
  if (!here || !category.value) return tellIt("");
  const code = codeNow();
  if (!code) return tellIt("");
  const query = { category: code, lon: here[1], lat: here[0] };
  try {
    const { sites } = await ask(withQuery("/api/near", query));
    tellIt(sites.length ? words(sites[0]) : say("near_none"));
  } catch (error) {
    tellIt(messageOf(error));
  }
}

/** @param {L.LatLng} here */
function goTo(here) {
  map.setView(here, Math.max(map.getZoom(), CLOSE));
  pin.put(here);
}

// Where an area is chosen by its name, the pin stands inside it until it is put elsewhere.
/** @param {HTMLInputElement} area */
function goInside({ value, list }) {
  const chosen = Array.from(list?.options ?? []).find((one) => one.value === value);
  const [lng, lat] = (chosen?.dataset.at ?? "").split(" ").map(Number);
  if (lat) goTo(L.latLng(lat, lng));
}

function stand() {
  const lost = () => {
    told.textContent = say("no_position");
  };
  if (!navigator.geolocation) return lost();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => goTo(L.latLng(coords.latitude, coords.longitude)),
    lost,
    { enableHighAccuracy: true, timeout: 15000 },
  );
}

// Two short steps: of the categories stand only those of the group that is chosen.
/** @param {HTMLSelectElement} group */
function bySteps(group) {
  const groups = Array.from(category.querySelectorAll("optgroup"));
  find("#group-step").hidden = false;
  group.addEventListener("change", () => {
    const shown = group.value ? [groups[Number(group.value)]] : groups;
    for (const one of groups) one.remove();
    category.append(...shown);
    // a group of one leaves nothing to choose
    const options = shown.length === 1 ? shown[0].querySelectorAll("option") : [];
    category.value = options.length === 1 ? options[0].value : "";
    tell();
  });
}

map.on("click", ({ latlng }) => pin.put(latlng));
category.addEventListener("change", tell);
for (const group of findAll("#group", HTMLSelectElement)) bySteps(group);
for (const area of findAll("#area", HTMLInputElement))
  area.addEventListener("change", () => goInside(area));
find(".report-here").addEventListener("click", stand);
pin.show();
drawFew(map, []).catch(() => {});
