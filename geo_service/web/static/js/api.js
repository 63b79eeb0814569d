// The service's JSON: read with a memory, written with the page's token.

const remembered = new Map();
const KEPT = 400;

export class Refused extends Error {
  constructor(status, said) {
    super(said);
    this.status = status;
  }
}

async function answer(response) {
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Refused(response.status, problem.detail || problem.message || problem.title || response.statusText);
}

export function read(address) {
  if (!remembered.has(address)) {
    const answered = fetch(address, { headers: { Accept: "application/json" } }).then(answer);
    answered.catch(() => remembered.delete(address));
    remembered.set(address, answered);
    if (remembered.size > KEPT) remembered.delete(remembered.keys().next().value);
  }
  return remembered.get(address);
}

export async function write(address, body) {
  const token = document.querySelector("meta[name=csrf-token]").content;
  return answer(await fetch(address, {
    method: "POST",
    headers: { "Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  }));
}

export function withQuery(address, query) {
  const kept = Object.entries(query).filter(([, value]) => value !== "" && value != null);
  return kept.length ? `${address}?${new URLSearchParams(kept)}` : address;
}
