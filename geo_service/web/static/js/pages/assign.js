// Handing an area to a crew: a crew, a day, confirm.

import { withQuery, write } from "../base/api.js";
import { byTestId, dataName, find } from "../base/dom.js";
import { day, messageOf, say } from "../base/say.js";
import { complain, toast } from "../base/toast.js";

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
export function askAssign(row) {
  const { dialog, title, crews, when, wrong, confirm } = parts();
  title.replaceChildren(say("assign_title"), dataName(row.name || row.area_id, "b"));
  when.value = document.body.dataset.today ?? "";
  crews.value = row.crew_id ?? "";
  if (crews.selectedIndex < 0) crews.selectedIndex = 0;
  const none = !crews.options.length;
  wrong.textContent = none ? say("no_crews") : "";
  confirm.disabled = none;
  insist("");
  confirm.onclick = (event) => {
    event.preventDefault();
    if (when.value) send(row);
    else when.focus();
  };
  dialog.showModal();
  if (!none) confirm.focus();
}

// What speaks against it can be gone over, by who says why.
/** @param {string} reason */
function insist(reason) {
  const { note, confirm } = parts();
  confirm.dataset.force = reason;
  note.required = Boolean(reason);
  confirm.textContent = say(reason ? "assign_anyway" : "assign_confirm");
}

/** @param {Row} row */
async function send({ area_id, name = area_id }) {
  const { dialog, crews, when, note, wrong, confirm } = parts();
  const date = when.value;
  const force = Boolean(confirm.dataset.force);
  if (force && !note.reportValidity()) return;
  confirm.disabled = true;
  try {
    const said = { crew_id: crews.value, area_id, date, note: note.value, force };
    const made = await write("/api/assignments", { ...said, state: "published" });
    told();
    const crew = crews.selectedOptions[0].textContent ?? "";
    dialog.close();
    const link = { href: withQuery("/board", { date }), text: say("see_board") };
    const done = made.state === "proposed" ? "proposed" : "assigned";
    toast(say(done, { name, crew, day: day(date) }), { link });
  } catch (error) {
    wrong.textContent = messageOf(error);
    confirm.disabled = false;
    insist(/** @type {any} */ (error).cause?.reason ?? "");
  }
}

const told = () => document.dispatchEvent(new Event("assigned"));

/** @param {Row} row */
export function takeBack({ given }) {
  const gone = write(
    `/api/assignments/${given?.assignment_id}`,
    { version: Number(given?.version) },
    "DELETE",
  );
  gone.catch(complain("take_back")).finally(told);
}

export function setUpAssign() {
  if (!mayAssign()) return;
  const { dialog } = parts();
  for (const one of [parts().crews, parts().when]) one.addEventListener("change", () => insist(""));
  find(".cancel", HTMLElement, dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
}
