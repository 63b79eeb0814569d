// A new report: its point by a click, by where one stands or by hand; what is near is told at once.

import { ask, withQuery } from "../base/api.js";
import { find } from "../base/dom.js";
import { messageOf, number, say } from "../base/say.js";
import { drawFew } from "../map/few.js";
import { makeMap } from "../map/make.js";
import { Pin } from "../map/pin.js";

const CLOSE = 17;
const map = makeMap();
const category = find("#category", HTMLSelectElement);
const told = find(".report-near");
const pin = new Pin(map, tell);
let asked = 0;

/** @param {{case_id: string, metres: number, closed_days: number | null}} site */
function words(site) {
  const values = { case: site.case_id, metres: number(Math.round(site.metres)) };
  if (site.closed_days === null) return say("near_open", values);
  return say("near_closed", { ...values, days: number(Math.floor(site.closed_days)) });
}

async function tell() {
  asked += 1;
  const turn = asked;
  const tellIt = (/** @type {string} */ sentence) => {
    if (turn === asked) told.textContent = sentence;
  };
  const here = pin.point;
  if (!here || !category.value) return tellIt("");
  const query = { category: category.value, lon: here[1], lat: here[0] };
  try {
    const { sites } = await ask(withQuery("/api/near", query));
    tellIt(sites.length ? words(sites[0]) : say("near_none"));
  } catch (error) {
    tellIt(messageOf(error));
  }
}

function stand() {
  const lost = () => {
    told.textContent = say("no_position");
  };
  if (!navigator.geolocation) return lost();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const here = L.latLng(coords.latitude, coords.longitude);
      map.setView(here, Math.max(map.getZoom(), CLOSE));
      pin.put(here);
    },
    lost,
    { enableHighAccuracy: true, timeout: 15000 },
  );
}

map.on("click", ({ latlng }) => pin.put(latlng));
category.addEventListener("change", tell);
find(".report-here").addEventListener("click", stand);
pin.show();
drawFew(map, []).catch(() => {});
