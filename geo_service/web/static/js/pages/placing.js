// Reports that lie nowhere: one is chosen, its place pressed on the map, and it is sent there.

import { write } from "../base/api.js";
import { dataName, find, findAll } from "../base/dom.js";
import { messageOf, say } from "../base/say.js";
import { drawFew } from "../map/few.js";
import { boundsTold, makeMap } from "../map/make.js";
import { outline } from "../map/outlines.js";
import { Pin } from "../map/pin.js";

const NEAR = 15;
const map = makeMap();
const side = find(".placing-map");
const told = find(".placing-say");
const send = find(".placing-here", HTMLButtonElement);
const rows = findAll(".placing-row", HTMLButtonElement);
const pin = new Pin(map, show);
/** @type {HTMLButtonElement | null} */
let chosen = null;
let sending = false;

/** @param {string} sentence @param {HTMLElement | null} row */
function tell(sentence, row = null, wrong = false) {
  const name = row && dataName(find("b", HTMLElement, row).textContent ?? "", "b");
  told.replaceChildren(sentence, ...(name ? [" ", name] : []));
  told.classList.toggle("wrong", wrong);
}

function show() {
  send.disabled = sending || !chosen || !pin.point;
  if (!chosen) tell(say("placing_choose"));
  else tell(pin.point ? say("placing_ready") : say("placing_press"), chosen);
}

/** @param {HTMLButtonElement | null} row */
function choose(row) {
  if (sending) return;
  chosen?.setAttribute("aria-pressed", "false");
  chosen = row;
  chosen?.setAttribute("aria-pressed", "true");
  side.toggleAttribute("data-chosen", Boolean(chosen));
  const { lat, lon } = row?.dataset ?? {};
  if (lat && lon) map.setView([Number(lat), Number(lon)], Math.max(map.getZoom(), NEAR));
  pin.empty();
}

/** @param {HTMLButtonElement} row @param {{area?: string, said: string}} answer */
function finish(row, { area, said }) {
  const done = find(".placing-done", HTMLElement, row);
  const where = area ? [say("placing_in"), dataName(area)] : [say("placing_nowhere")];
  done.replaceChildren(...where, " · ", dataName(said));
  done.hidden = false;
  row.dataset.placed = "yes";
  const after = rows.slice(rows.indexOf(row) + 1);
  const next = after.find((other) => !other.dataset.placed) ?? null;
  choose(next);
  next?.scrollIntoView({ block: "nearest" });
}

async function place() {
  const [row, here] = [chosen, pin.point];
  if (!row || !here || sending) return;
  sending = true;
  show();
  const address = `/api/reports/${encodeURIComponent(row.dataset.report ?? "")}/place`;
  try {
    const answer = await write(address, { lon: here[1], lat: here[0] });
    sending = false;
    finish(row, answer);
  } catch (error) {
    sending = false;
    show();
    tell(messageOf(error), null, true);
  }
}

map.on("click", ({ latlng }) => {
  if (chosen) pin.put(latlng);
});
send.addEventListener("click", place);
for (const row of rows) row.addEventListener("click", () => choose(row));
show();
Promise.all([drawFew(map, []), outline(map, boundsTold())]).catch(() => {});
