// The slider over the weeks, its ticks, and play.

import { icon, make } from "./dom.js";
import { mondayOf, monthName, say, weekLabel } from "./say.js";

const BEAT = 700; // ms a week while playing: time to see what changed

export class Weeks {
  constructor(bar, weeks, thisYear, onWeek) {
    this.weeks = weeks;
    this.thisYear = thisYear;
    this.onWeek = onWeek;
    this.slider = bar.querySelector("[data-testid=week-slider]");
    this.label = bar.querySelector(".week-label");
    this.button = bar.querySelector(".play");
    this.playing = 0;
    this.slider.max = String(weeks.length - 1);
    this.slider.disabled = weeks.length < 2;
    this.slider.addEventListener("input", () => this.step(Number(this.slider.value)));
    this.slider.addEventListener("pointerdown", () => this.pause());
    this.slider.addEventListener("keydown", () => this.pause());
    this.button.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.drawTicks(bar.querySelector(".ticks"));
    this.pause();
  }

  set(week) {
    const index = Math.max(0, this.weeks.indexOf(week));
    const text = weekLabel(this.weeks[index], this.thisYear);
    this.slider.value = String(index);
    this.slider.setAttribute("aria-valuetext", text);
    this.label.textContent = text;
    this.slider.style.setProperty("--done", `${(100 * index) / Math.max(1, this.weeks.length - 1)}%`);
  }

  step(index) {
    this.set(this.weeks[index]);
    this.onWeek(this.weeks[index]);
  }

  play() {
    if (Number(this.slider.value) === this.weeks.length - 1) this.step(Math.max(0, this.weeks.length - 27));
    this.playing = setInterval(() => {
      const next = Number(this.slider.value) + 1;
      if (next >= this.weeks.length) this.pause();
      else this.step(next);
    }, BEAT);
    this.dressButton("pause");
  }

  pause() {
    clearInterval(this.playing);
    this.playing = 0;
    this.dressButton("play");
  }

  dressButton(what) {
    this.button.replaceChildren(icon(what));
    this.button.setAttribute("aria-label", say(what));
  }

  // A tick a quarter, the year where it begins: enough to know when, little enough to stay quiet.
  drawTicks(place) {
    const ticks = [];
    let before = null;
    this.weeks.forEach((week, index) => {
      const sunday = new Date(mondayOf(week).getTime() + 6 * 86400000);
      const month = sunday.getUTCMonth();
      if (month !== before && month % 3 === 0) {
        const tick = make("span", { "class": month ? "tick" : "tick year" },
          month ? monthName(sunday) : String(sunday.getUTCFullYear()));
        tick.style.left = `${(100 * index) / Math.max(1, this.weeks.length - 1)}%`;
        ticks.push(tick);
      }
      before = month;
    });
    place.replaceChildren(...ticks);
  }
}
