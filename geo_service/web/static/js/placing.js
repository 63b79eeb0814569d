// Reports that lie nowhere: one is chosen, its place pressed on the map, and it is sent there.

import { read, write } from "./api.js";
import { dataName } from "./dom.js";
import { drawGround } from "./ground.js";
import { readAreas } from "./groundareas.js";
import { COLOURS, canvasOn } from "./panes.js";
import { say } from "./say.js";
import { outlineByTiles } from "./tiledoutlines.js";
import { tiled } from "./tileload.js";

const L = window.L;
const map = window.geoServiceMap;
const lon = document.getElementById("lon");
const lat = document.getElementById("lat");
const side = document.querySelector(".placing-map");
const told = document.querySelector(".placing-say");
const send = document.querySelector(".placing-here");
const rows = [...document.querySelectorAll(".placing-row")];
const NEAR = 15;
let chosen = null;
let mark = null;
let sending = false;

function point() {
  const [x, y] = [lon.value.trim(), lat.value.trim()];
  const good = x !== "" && y !== "" && Math.abs(Number(x)) <= 180 && Math.abs(Number(y)) <= 90;
  return good ? [Number(y), Number(x)] : null;
}

function tell(sentence, row = null, wrong = false) {
  told.replaceChildren(sentence, ...(row ? [" ", dataName(row.querySelector("b").textContent, "b")] : []));
  told.classList.toggle("wrong", wrong);
}

function show() {
  const here = point();
  if (mark) mark.remove();
  mark = here && L.circleMarker(here, { radius: 9, weight: 3, color: COLOURS.accent, fillOpacity: 0.4, interactive: false }).addTo(map);
  send.disabled = sending || !chosen || !here;
  if (!chosen) tell(say("placing_choose"));
  else tell(here ? say("placing_ready") : say("placing_press"), chosen);
}

function empty() {
  lon.value = "";
  lat.value = "";
}

function choose(row) {
  if (sending) return;
  chosen?.setAttribute("aria-pressed", "false");
  chosen = row;
  chosen?.setAttribute("aria-pressed", "true");
  side.toggleAttribute("data-chosen", Boolean(chosen));
  empty();
  if (row?.dataset.lon) map.setView([Number(row.dataset.lat), Number(row.dataset.lon)], Math.max(map.getZoom(), NEAR));
  show();
}

function finish(row, answer) {
  const done = row.querySelector(".placing-done");
  done.replaceChildren(...(answer.area
    ? [say("placing_in"), dataName(answer.area), " · "] : [say("placing_nowhere"), " · "]), dataName(answer.said));
  done.hidden = false;
  row.dataset.placed = "yes";
  const next = rows.slice(rows.indexOf(row) + 1).find((other) => !other.dataset.placed);
  choose(next ?? null);
  next?.scrollIntoView({ block: "nearest" });
}

async function place() {
  const [row, here] = [chosen, point()];
  if (!row || !here || sending) return;
  sending = true;
  send.disabled = true;
  try {
    const address = `/api/reports/${encodeURIComponent(row.dataset.report)}/place`;
    const answer = await write(address, { lon: here[1], lat: here[0] });
    sending = false;
    finish(row, answer);
  } catch (error) {
    sending = false;
    send.disabled = false;
    tell(error.message, null, true);
  }
}

// Which alley is which: an outline, and its name where the pointer is. A press goes through to the map.
function outline(features) {
  const renderer = canvasOn(map, "outlines", 300, true);
  L.geoJSON({ type: "FeatureCollection", features }, {
    renderer, pane: "outlines", style: { color: COLOURS.hollow, weight: 1, fillOpacity: 0 },
    onEachFeature: (feature, layer) => {
      const { name } = feature.properties;
      if (name) layer.bindTooltip(() => dataName(name), { sticky: true, className: "area-hint" });
    },
  }).addTo(map);
}

map.zoomControl?.setPosition("bottomright");
map.attributionControl?.setPrefix(false);
map.on("click", (event) => {
  if (!chosen) return;
  const here = event.latlng.wrap();
  lon.value = here.lng.toFixed(6);
  lat.value = here.lat.toFixed(6);
  show();
});
lon.addEventListener("change", show);
lat.addEventListener("change", show);
send.addEventListener("click", place);
rows.forEach((row) => row.addEventListener("click", () => choose(row)));
show();
Promise.all([readAreas([]), read("/api/ground.geojson")])
  .then(([areas, ground]) => {
    drawGround(map, ground, areas);
    if (tiled()) outlineByTiles(map, tiled());
    else outline(areas.features.filter((feature) => feature.properties.kind !== "grid"));
  })
  .catch(() => {});
