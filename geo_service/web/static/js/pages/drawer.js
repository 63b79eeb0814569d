// The drawer of one area, over the list.

import { dataName, icon, make } from "../base/dom.js";
import { couldNot, say } from "../base/say.js";

export class Drawer {
  /** @param {HTMLElement} place @param {DrawerTold} told */
  constructor(place, told) {
    this.place = place;
    this.told = told;
    this.shown = "";
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      told.onClose();
    });
  }

  // The frame stands at once, the figures follow.
  /** @param {Row} row as far as it is known @param {Promise<Facts>} wait */
  async open(row, wait) {
    const { area_id: id, name, kind, subdistrict_name: subdistrict } = row;
    const title = make("h2", { id: "drawer-title", "data-name": true }, name || id);
    const where = dataName(this.whereWords(kind, subdistrict), "p.quiet-text");
    const body = make("div.drawer-body", {}, make("p.quiet-text", {}, say("loading")));
    const whole = { href: `/areas/${encodeURIComponent(id)}` };
    const foot = make("div.drawer-foot");
    if (this.told.wholePage) foot.append(make("a.button.second", whole, say("whole_page")));
    const close = { type: "button", "aria-label": say("close"), onclick: this.told.onClose };
    this.place.replaceChildren(
      make(
        "div.drawer-head",
        {},
        make("div", {}, title, where),
        make("button.quiet.close", close, icon("close")),
      ),
      body,
      foot,
    );
    const wasOpen = !this.place.hidden;
    this.place.hidden = false;
    if (!wasOpen) this.place.focus();
    this.shown = id;
    try {
      const facts = await wait;
      if (this.shown !== id) return;
      if (!name && facts.name) title.textContent = facts.name;
      if (!kind) where.textContent = this.whereWords(facts.kind, facts.subdistrict_name);
      body.replaceChildren(...this.told.body(facts));
      if (this.told.mayAssign) foot.prepend(this.assign({ ...facts, area_id: id, name }));
    } catch (error) {
      if (this.shown !== id) return;
      body.replaceChildren(make("p.error", {}, couldNot("read_area", error)));
    }
  }

  /** @param {Row} row */
  assign(row) {
    const onclick = () => this.told.onAssign(row);
    return make("button", { type: "button", "data-testid": "assign", onclick }, say("assign"));
  }

  /** @param {string} [kind] @param {string | null} [subdistrict] */
  whereWords(kind, subdistrict) {
    return [this.told.kindName(kind), subdistrict].filter(Boolean).join(" · ");
  }

  close() {
    this.shown = "";
    this.place.hidden = true;
    this.place.replaceChildren();
  }
}
