// Elements by hand. Text goes in as text, whatever it holds.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {[Record<string, any>?, ...Child[]]} Rest attributes, then children */

/** @template {Element} E @param {E} element @param {string[]} classes @param {Rest} rest */
function build(element, classes, [attributes = {}, ...children]) {
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(.../** @type {(Node | string)[]} */ (children.filter((one) => one || one === "")));
  return element;
}

// An element: `what` is its tag and its classes, as in "li.row.next".
/** @template {string} W @param {W} what @param {Rest} rest @returns {Made<W>} */
export function make(what, ...rest) {
  const [tag, ...classes] = what.split(".");
  return /** @type {any} */ (build(document.createElement(tag), classes, rest));
}

/** The same of SVG. @param {string} what @param {Rest} rest */
export function draw(what, ...rest) {
  const [tag, ...classes] = what.split(".");
  return build(document.createElementNS(SVG, tag), classes, rest);
}

/** @param {string} name */
export function icon(name) {
  const place = `${document.body.dataset.icons}#${name}`;
  return draw("svg.icon", { "aria-hidden": "true" }, draw("use", { href: place }));
}

// A name from data: marked as such, so that translators and tests know it is not ours.
/** @template {string} [W="span"] @param {string} name @param {W} what */
export function dataName(name, what = /** @type {W} */ ("span")) {
  return make(what, { "data-name": true }, name);
}

// The first that a selector names; a page without it is a mistake of ours.
/** @template {Element} [E=HTMLElement] @param {string} selector @param {new () => E} kind */
export function find(selector, kind = /** @type {any} */ (HTMLElement), within = anywhere()) {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`no ${selector}`);
  return found;
}

/** @template {Element} E @param {string} selector @param {new () => E} kind @returns {E[]} */
export function findAll(selector, kind) {
  const found = [...document.querySelectorAll(selector)].filter((one) => one instanceof kind);
  return /** @type {E[]} */ (found);
}

/** @template {Element} [E=HTMLElement] @param {string} id @param {new () => E} [kind] */
export function byTestId(id, kind) {
  return find(`[data-testid="${id}"]`, kind);
}

/** @returns {ParentNode} */
const anywhere = () => document;

/** Whether the reader asked for less movement. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Shows a sentence in its place, or nothing. @param {string} selector @param {string} words */
export function tellIn(selector, words) {
  const place = find(selector);
  place.textContent = words;
  place.hidden = !words;
}
