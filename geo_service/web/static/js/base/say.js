// What the page says, in the reader's language: phrases, numbers, days.

/** @type {Record<string, string | undefined>} */
const page = globalThis.document?.body.dataset ?? {};

export const lang = page.lang === "zh" ? "zh" : "en";
export const locale = lang === "zh" ? "zh-CN" : "en-GB";
/** @type {Record<string, string>} */
const phrases = JSON.parse(page.phrases || "{}");

export const thisYear = Number(page.today?.slice(0, 4));

/** @param {string} key @param {Record<string, string | number>} values */
export function say(key, values = {}) {
  const phrase = phrases[key] ?? key;
  return phrase.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

// A row of categories or kinds carries both languages; what was never translated shows as it is.
/** @param {{name_zh?: string | null, name_en?: string | null}} row */
export function named(row) {
  return (lang === "zh" ? row.name_zh || row.name_en : row.name_en || row.name_zh) || "";
}

/** @param {number} value */
export function number(value) {
  return value.toLocaleString(locale);
}

/** @param {number} share */
export function percent(share) {
  return `${Math.round(share * 100)}\u00a0%`;
}

/** Days are the district's, wherever the reader sits. @param {string} moment */
export function day(moment) {
  const dateOnly = /^\d{4}-\d\d-\d\d$/.test(moment);
  return new Date(moment).toLocaleDateString(locale, {
    day: "numeric",
    month: lang === "zh" ? "long" : "short",
    year: "numeric",
    timeZone: dateOnly ? "UTC" : page.zone || undefined,
  });
}

/** @param {string} what the key of what could not be done @param {unknown} why */
export function couldNot(what, why) {
  return say("could_not", { what: say(what), why: messageOf(why) });
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : "";
}
