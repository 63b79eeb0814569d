// The slider over the weeks, its ticks, and play.

import { byTestId, find, icon, make } from "../base/dom.js";
import { say } from "../base/say.js";
import { monthName, quarters, weekLabel } from "../base/weeks.js";

const BEAT = 700; // ms a week while playing: time to see what changed
const HALF_A_YEAR = 26;

export class WeekBar {
  /** @param {string[]} weeks @param {(week: string) => void} onWeek */
  constructor(weeks, onWeek) {
    this.weeks = weeks;
    this.last = weeks.length - 1;
    this.onWeek = onWeek;
    this.slider = byTestId("week-slider", HTMLInputElement);
    this.label = find(".week-label");
    this.button = find(".play");
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.playing = undefined;
    this.slider.max = String(this.last);
    this.slider.disabled = weeks.length < 2;
    this.slider.addEventListener("input", () => this.step(Number(this.slider.value)));
    this.slider.addEventListener("pointerdown", () => this.pause());
    this.slider.addEventListener("keydown", () => this.pause());
    this.button.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.drawTicks();
    this.pause();
  }

  /** @param {string} week */
  set(week) {
    const index = Math.max(0, this.weeks.indexOf(week));
    const text = weekLabel(this.weeks[index]);
    this.slider.value = String(index);
    this.slider.setAttribute("aria-valuetext", text);
    this.slider.style.setProperty("--done", this.share(index));
    this.label.textContent = text;
  }

  /** @param {number} index */
  step(index) {
    this.set(this.weeks[index]);
    this.onWeek(this.weeks[index]);
  }

  play() {
    const now = Number(this.slider.value);
    if (now === this.last) this.step(Math.max(0, this.last - HALF_A_YEAR));
    this.playing = setInterval(() => {
      const next = Number(this.slider.value) + 1;
      if (next > this.last) this.pause();
      else this.step(next);
    }, BEAT);
    this.dressButton("pause");
  }

  pause() {
    clearInterval(this.playing);
    this.playing = undefined;
    this.dressButton("play");
  }

  /** @param {"play" | "pause"} what */
  dressButton(what) {
    this.button.replaceChildren(icon(what));
    this.button.setAttribute("aria-label", say(what));
  }

  /** @param {number} index */
  share(index) {
    return `${(100 * index) / Math.max(1, this.last)}%`;
  }

  // A tick a quarter, the year where it begins: enough to know when, little enough to stay quiet.
  drawTicks() {
    const ticks = quarters(this.weeks).map(({ index, sunday }) => {
      const year = sunday.getUTCMonth() === 0;
      const text = year ? String(sunday.getUTCFullYear()) : monthName(sunday);
      const tick = make(year ? "span.tick.year" : "span.tick", {}, text);
      tick.style.left = this.share(index);
      return tick;
    });
    find(".ticks").replaceChildren(...ticks);
  }
}
