// The service's JSON: read with a memory, written with the page's token.

import { find } from "./dom.js";

/** @type {Map<string, Promise<any>>} */
const remembered = new Map();
const KEPT = 400;

/** @param {Response} response */
async function answer(response) {
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  const told = problem.detail || problem.message || problem.title || response.statusText;
  throw new Error(told, { cause: problem });
}

/** @param {string} address @returns {Promise<any>} */
export function ask(address) {
  return fetch(address, { headers: { Accept: "application/json" } }).then(answer);
}

/** What was read once is not asked for again. @param {string} address @returns {Promise<any>} */
export function read(address) {
  const known = remembered.get(address);
  if (known) return known;
  const answered = ask(address);
  answered.catch(() => remembered.delete(address));
  remembered.set(address, answered);
  const [oldest] = remembered.keys();
  if (remembered.size > KEPT) remembered.delete(oldest);
  return answered;
}

// What was read before may be another by then.
/** @param {string} address @param {object} body */
export async function write(address, body, method = "POST") {
  const written = await answer(
    await fetch(address, {
      method,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": find("meta[name=csrf-token]", HTMLMetaElement).content,
      },
      body: JSON.stringify(body),
    }),
  );
  remembered.clear();
  return written;
}

/** @param {string} address @param {Record<string, any>} query */
export function withQuery(address, query) {
  const kept = Object.entries(query).filter(([, value]) => value !== "" && value != null);
  return kept.length ? `${address}?${new URLSearchParams(kept)}` : address;
}

/** @param {string} id @param {Record<string, any>} query */
export function summaryAddress(id, query) {
  return withQuery(`/api/areas/${encodeURIComponent(id)}/summary`, query);
}
