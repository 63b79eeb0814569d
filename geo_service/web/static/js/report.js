// A new report: its point by a click, by where one stands or by hand; what is near is told at once.

import { COLOURS } from "./base/looks.js";
import { read, withQuery } from "./api.js";
import { drawGround } from "./ground.js";
import { drawStreets, readAreas } from "./groundareas.js";
import { number, say } from "./say.js";

const L = window.L;
const map = window.geoServiceMap;
const lon = document.getElementById("lon");
const lat = document.getElementById("lat");
const category = document.getElementById("category");
const told = document.querySelector(".report-near");
let mark = null;
let asked = 0;

function point() {
  const [x, y] = [lon.value.trim(), lat.value.trim()];
  return x !== "" && y !== "" && Number.isFinite(Number(x)) && Number.isFinite(Number(y)) ? [Number(y), Number(x)] : null;
}

function show() {
  const here = point();
  if (mark) mark.remove();
  mark = here && L.circleMarker(here, { radius: 9, weight: 3, color: COLOURS.accent, fillOpacity: 0.4, interactive: false }).addTo(map);
  tell();
}

function put(latlng) {
  lon.value = latlng.lng.toFixed(6);
  lat.value = latlng.lat.toFixed(6);
  show();
}

function words(site) {
  const metres = number(Math.round(site.metres));
  if (site.closed_days === null) return say("near_open", { case: site.case_id, metres });
  return say("near_closed", { case: site.case_id, metres, days: number(Math.floor(site.closed_days)) });
}

async function tell() {
  const here = point();
  const turn = ++asked;
  if (!here || !category.value) {
    told.textContent = "";
    return;
  }
  try {
    const query = { category: category.value, lon: here[1], lat: here[0] };
    const answer = await fetch(withQuery("/api/near", query), { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    const { sites } = await answer.json();
    if (turn === asked) told.textContent = sites.length ? words(sites[0]) : say("near_none");
  } catch (error) {
    if (turn === asked) told.textContent = error.message;
  }
}

function stand() {
  if (!navigator.geolocation) {
    told.textContent = say("no_position");
    return;
  }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const here = L.latLng(coords.latitude, coords.longitude);
    map.setView(here, Math.max(map.getZoom(), 17));
    put(here);
  }, () => { told.textContent = say("no_position"); }, { enableHighAccuracy: true, timeout: 15000 });
}

map.zoomControl?.setPosition("bottomright");
map.attributionControl?.setPrefix(false);
map.on("click", (event) => put(event.latlng.wrap()));
lon.addEventListener("change", show);
lat.addEventListener("change", show);
category.addEventListener("change", tell);
document.querySelector(".report-here").addEventListener("click", stand);
show();
Promise.all([readAreas([]), read("/api/ground.geojson")])
  .then(([areas, ground]) => { drawGround(map, ground, areas); drawStreets(map); })
  .catch(() => {});
