// Handing an area to a crew: a crew, a day, confirm.

import { byTestId, dataName, make } from "./dom.js";
import { read, withQuery, write } from "./api.js";
import { day, named, say } from "./say.js";
import { toast } from "./toast.js";

export function mayAssign() {
  return document.body.dataset.mayAssign === "yes";
}

export async function askAssign(row) {
  const dialog = document.getElementById("assign-dialog");
  const name = row.name || row.area_id;
  const crews = byTestId("assign-crew");
  const when = dialog.querySelector("[name=date]");
  const wrong = dialog.querySelector(".error");
  const confirm = byTestId("confirm");
  dialog.querySelector(".assign-title").replaceChildren(say("assign_title"), dataName(name, "b"));
  wrong.textContent = "";
  confirm.disabled = true;
  when.value = document.body.dataset.today;
  crews.replaceChildren(make("option", {}, "…"));
  dialog.showModal();
  try {
    const { crews: known } = await read("/api/crews");
    crews.replaceChildren(...known.map((crew) => make("option", { value: crew.crew_id, "data-name": true }, crewName(crew))));
    if (known.some((crew) => crew.crew_id === row.crew_id)) crews.value = row.crew_id;
    confirm.disabled = !known.length;
    if (known.length) confirm.focus();
    else wrong.textContent = say("no_crews");
  } catch (error) {
    wrong.textContent = say("could_not", { what: say("read_crews"), why: error.message });
  }
  confirm.onclick = async (event) => {
    event.preventDefault();
    if (!when.value) { when.focus(); return; }
    confirm.disabled = true;
    try {
      await write("/api/assignments", { crew_id: crews.value, area_id: row.area_id, date: when.value, note: dialog.querySelector("[name=note]").value });
      const crew = crews.selectedOptions[0].textContent;
      dialog.close();
      toast(say("assigned", { name, crew, day: day(when.value) }),
        { link: { href: withQuery("/board", { date: when.value }), text: say("see_board") } });
    } catch (error) {
      wrong.textContent = error.message;
      confirm.disabled = false;
    }
  };
}

function crewName(crew) {
  return named(crew) || crew.name || crew.crew_id;
}

export function setUpAssign() {
  const dialog = document.getElementById("assign-dialog");
  if (!dialog) return;
  dialog.querySelector(".cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
