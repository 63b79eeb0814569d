// ISO weeks in words.

import { lang, locale, thisYear } from "./say.js";

const DAY = 86400000;

/** @param {string} week as 2026-W20 */
export function mondayOf(week) {
  const [year, count] = week.split("-W").map(Number);
  const fourth = new Date(Date.UTC(year, 0, 4));
  const monday = fourth.getUTCDate() - ((fourth.getUTCDay() + 6) % 7) + 7 * (count - 1);
  return new Date(Date.UTC(year, 0, monday));
}

/** @param {string} week */
export function sundayOf(week) {
  return new Date(mondayOf(week).getTime() + 6 * DAY);
}

/** @param {Date} date */
export function monthName(date) {
  return date.toLocaleDateString(locale, { month: "short", timeZone: "UTC" });
}

// The weeks with which a month begins that a quarter begins with.
/** @param {string[]} weeks @returns {{index: number, sunday: Date}[]} */
export function quarters(weeks) {
  const sundays = weeks.map(sundayOf);
  const begins = (/** @type {Date} */ one, /** @type {number} */ index) =>
    one.getUTCMonth() % 3 === 0 && one.getUTCMonth() !== sundays[index - 1]?.getUTCMonth();
  return sundays
    .map((sunday, index) => ({ index, sunday }))
    .filter(({ sunday, index }) => begins(sunday, index));
}

/** This year need not be named. @param {string} week */
export function weekLabel(week) {
  const monday = mondayOf(week);
  const sunday = sundayOf(week);
  const [isoYear, isoWeek] = week.split("-W").map(Number);
  const sameMonth = monday.getUTCMonth() === sunday.getUTCMonth();
  if (lang === "zh") {
    const from = `${monday.getUTCMonth() + 1}月${monday.getUTCDate()}`;
    const to = sameMonth ? "–" : `日–${sunday.getUTCMonth() + 1}月`;
    const year = isoYear === thisYear ? "" : `${isoYear}年`;
    return `${year}第${isoWeek}周 · ${from}${to}${sunday.getUTCDate()}日`;
  }
  const month = (/** @type {Date} */ date) =>
    date.toLocaleDateString(locale, { month: "long", timeZone: "UTC" });
  const from = sameMonth ? monday.getUTCDate() : `${monday.getUTCDate()} ${month(monday)}`;
  const to = `${sunday.getUTCDate()} ${month(sunday)} ${sunday.getUTCFullYear()}`;
  return `week ${isoWeek} · ${from}–${to}`;
}
