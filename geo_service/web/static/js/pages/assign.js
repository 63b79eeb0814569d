// Handing an area to a crew: a crew, a day, confirm.

import { read, withQuery, write } from "../base/api.js";
import { byTestId, dataName, find, make } from "../base/dom.js";
import { couldNot, day, messageOf, named, say } from "../base/say.js";
import { toast } from "../base/toast.js";

export function mayAssign() {
  return document.body.dataset.mayAssign === "yes";
}

function parts() {
  const dialog = find("#assign-dialog", HTMLDialogElement);
  return {
    dialog,
    title: find(".assign-title", HTMLElement, dialog),
    crews: byTestId("assign-crew", HTMLSelectElement),
    when: find("[name=date]", HTMLInputElement, dialog),
    note: find("[name=note]", HTMLInputElement, dialog),
    wrong: find(".error", HTMLElement, dialog),
    confirm: byTestId("confirm", HTMLButtonElement),
  };
}

/** @param {Row} row */
export async function askAssign(row) {
  const { dialog, title, crews, when, wrong, confirm } = parts();
  title.replaceChildren(say("assign_title"), dataName(row.name || row.area_id, "b"));
  wrong.textContent = "";
  confirm.disabled = true;
  when.value = document.body.dataset.today ?? "";
  crews.replaceChildren(make("option", {}, "…"));
  confirm.onclick = (event) => {
    event.preventDefault();
    if (when.value) send(row);
    else when.focus();
  };
  dialog.showModal();
  try {
    /** @type {{crews: Crew[]}} */
    const { crews: known } = await read("/api/crews");
    const options = known.map((crew) => {
      const name = named(crew) || crew.name || crew.crew_id;
      return make("option", { value: crew.crew_id, "data-name": true }, name);
    });
    crews.replaceChildren(...options);
    if (known.some((crew) => crew.crew_id === row.crew_id)) crews.value = row.crew_id ?? "";
    confirm.disabled = !known.length;
    if (known.length) confirm.focus();
    else wrong.textContent = say("no_crews");
  } catch (error) {
    wrong.textContent = couldNot("read_crews", error);
  }
}

/** @param {Row} row */
async function send({ area_id, name = area_id }) {
  const { dialog, crews, when, note, wrong, confirm } = parts();
  const date = when.value;
  confirm.disabled = true;
  try {
    const asked = { crew_id: crews.value, area_id, date, note: note.value };
    await write("/api/assignments", asked);
    const crew = crews.selectedOptions[0].textContent ?? "";
    dialog.close();
    const link = { href: withQuery("/board", { date }), text: say("see_board") };
    toast(say("assigned", { name, crew, day: day(date) }), { link });
  } catch (error) {
    wrong.textContent = messageOf(error);
    confirm.disabled = false;
  }
}

export function setUpAssign() {
  if (!mayAssign()) return;
  const { dialog } = parts();
  find(".cancel", HTMLElement, dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
}
