// Elements by hand. Text goes in as text, whatever it holds.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, any>} Attributes */
/** @typedef {HTMLElementTagNameMap} Tags */

/**
 * @template {Element} E @param {E} element @param {string[]} classes @param {Attributes} attributes
 * @param {Child[]} children
 */
function build(element, classes, attributes, children) {
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(.../** @type {(Node | string)[]} */ (children.filter((one) => one || one === "")));
  return element;
}

/**
 * An element: `what` is its tag and its classes, as in "li.row.next".
 * @template {string} W @param {W} what @param {Attributes} [attributes] @param {...Child} children
 * @returns {W extends keyof Tags ? Tags[W] : W extends `${infer T extends keyof Tags}.${string}` ? Tags[T] : HTMLElement}
 */
export function make(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return /** @type {any} */ (build(document.createElement(tag), classes, attributes, children));
}

/**
 * The same of SVG.
 * @param {string} what @param {Attributes} [attributes] @param {...Child} children
 */
export function draw(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return build(document.createElementNS(SVG, tag), classes, attributes, children);
}

/** @param {string} name */
export function icon(name) {
  const place = `${document.body.dataset.icons}#${name}`;
  return draw("svg.icon", { "aria-hidden": "true" }, draw("use", { href: place }));
}

/**
 * A name from data: marked as such, so that translators and tests know it is not ours.
 * @template {string} [W="span"] @param {string} name @param {W} what
 */
export function dataName(name, what = /** @type {W} */ ("span")) {
  return make(what, { "data-name": true }, name);
}

/**
 * The first element that a selector names; a page without it is a mistake of ours.
 * @template {Element} [E=HTMLElement] @param {string} selector @param {new () => E} kind
 * @param {ParentNode} within @returns {E}
 */
export function find(selector, kind = /** @type {any} */ (HTMLElement), within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`no ${selector}`);
  return found;
}

/** @template {Element} [E=HTMLElement] @param {string} id @param {new () => E} [kind] */
export function byTestId(id, kind) {
  return find(`[data-testid="${id}"]`, kind);
}

/** Whether the reader asked for less movement. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
