// Elements by hand. Text goes in as text, whatever it holds.

const SVG = "http://www.w3.org/2000/svg";

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

export function make(tag, attributes = {}, ...children) {
  return build(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, tag), attributes, children);
}

export function icon(name) {
  return draw("svg", { "class": "icon", "aria-hidden": "true" },
    draw("use", { href: `${document.body.dataset.icons}#${name}` }));
}

// A name from data: marked as such, so that translators and tests know it is not ours.
export function dataName(name, tag = "span", attributes = {}) {
  return make(tag, { "data-name": true, ...attributes }, name);
}

export function byTestId(id) {
  return document.querySelector(`[data-testid="${id}"]`);
}
