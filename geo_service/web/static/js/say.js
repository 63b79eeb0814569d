// What the page says, in the reader's language: phrases, numbers, dates, weeks.

const page = document.body.dataset;

export const lang = page.lang === "zh" ? "zh" : "en";
const locale = lang === "zh" ? "zh-CN" : "en-GB";
const phrases = JSON.parse(page.phrases || "{}");
const whole = new Intl.NumberFormat(locale);

export function say(key, values = {}) {
  const phrase = phrases[key] ?? key;
  return phrase.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

// A row of categories or kinds carries both languages; what was never translated shows as it is.
export function named(row) {
  return (lang === "zh" ? row.name_zh || row.name_en : row.name_en || row.name_zh) || "";
}

export function number(value) {
  return whole.format(value);
}

export function percent(share) {
  return `${Math.round(share * 100)}\u00a0%`;
}

// Days are the district's, wherever the reader sits.
export function day(moment) {
  const dateOnly = /^\d{4}-\d\d-\d\d$/.test(moment);
  return new Date(moment).toLocaleDateString(locale, {
    day: "numeric", month: lang === "zh" ? "long" : "short", year: "numeric",
    timeZone: dateOnly ? "UTC" : page.zone || undefined,
  });
}

export function mondayOf(week) {
  const [year, number_] = week.split("-W").map(Number);
  const fourth = new Date(Date.UTC(year, 0, 4));
  const monday = fourth.getUTCDate() - ((fourth.getUTCDay() + 6) % 7) + 7 * (number_ - 1);
  return new Date(Date.UTC(year, 0, monday));
}

export function monthName(date) {
  return date.toLocaleDateString(locale, { month: "short", timeZone: "UTC" });
}

export function weekLabel(week, thisYear) {
  const monday = mondayOf(week);
  const sunday = new Date(monday.getTime() + 6 * 86400000);
  const [isoYear, isoWeek] = week.split("-W").map(Number);
  const sameMonth = monday.getUTCMonth() === sunday.getUTCMonth();
  if (lang === "zh") {
    const from = `${monday.getUTCMonth() + 1}月${monday.getUTCDate()}`;
    const to = sameMonth ? "" : `${sunday.getUTCMonth() + 1}月`;
    const year = isoYear === thisYear ? "" : `${isoYear}年`;
    return `${year}第${isoWeek}周 · ${from}${sameMonth ? "" : "日"}–${to}${sunday.getUTCDate()}日`;
  }
  const month = (date) => date.toLocaleDateString(locale, { month: "long", timeZone: "UTC" });
  const from = sameMonth ? monday.getUTCDate() : `${monday.getUTCDate()} ${month(monday)}`;
  return `week ${isoWeek} · ${from}–${sunday.getUTCDate()} ${month(sunday)} ${sunday.getUTCFullYear()}`;
}
