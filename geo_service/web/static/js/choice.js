// What the reader has chosen, kept in the address bar and told to whoever listens.

const KEYS = ["layer", "category", "kind", "subdistrict", "week", "area", "at"];
const DEFAULTS = { layer: "rebound", category: "*", kind: "", subdistrict: "", week: "", area: "", at: "" };

const listeners = [];
const chosen = { ...DEFAULTS };
let latest = "";

export function restore(known) {
  const asked = new URLSearchParams(location.search);
  for (const key of KEYS) if (asked.has(key)) chosen[key] = asked.get(key);
  latest = known.weeks.at(-1) ?? "";
  if (!known.weeks.includes(chosen.week)) chosen.week = latest;
  if (!known.layers.includes(chosen.layer)) chosen.layer = known.layers[0];
  if (chosen.category !== "*" && !known.categories.includes(chosen.category)) chosen.category = "*";
  if (!known.kinds.includes(chosen.kind)) chosen.kind = "";
  if (!known.subdistricts.includes(chosen.subdistrict)) chosen.subdistrict = "";
  return current();
}

export function current() {
  return { ...chosen };
}

export function choose(changes) {
  const changed = Object.keys(changes).filter((key) => chosen[key] !== changes[key]);
  if (!changed.length) return;
  Object.assign(chosen, changes);
  writeAddress();
  for (const listener of listeners) listener(current(), new Set(changed));
}

export function whenChosen(listener) {
  listeners.push(listener);
}

function writeAddress() {
  const query = new URLSearchParams();
  for (const key of KEYS) {
    const plain = key === "week" ? latest : DEFAULTS[key];
    if (chosen[key] !== plain) query.set(key, chosen[key]);
  }
  // Commas and stars are plain in a query: the address stays one that people can read.
  const text = query.toString().replaceAll("%2C", ",");
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
}
