// A document small enough to build elements without a browser; imported before what is tested.

class Element {
  /** @param {string} tag */
  constructor(tag) {
    this.tag = tag;
    this.style = {};
    this.dataset = {};
    this.attributes = {};
    this.children = [];
    this.heard = {};
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }

  addEventListener(name, action) {
    this.heard[name] = action;
  }

  append(...children) {
    this.children.push(...children);
  }

  replaceChildren(...children) {
    this.children = children;
  }

  get textContent() {
    return this.children.map((one) => one.textContent ?? String(one)).join("");
  }

  /** All elements below with a class or a tag. */
  all(what) {
    const below = this.children.filter((one) => one instanceof Element);
    const is = (one) => one.tag === what || one.attributes.class?.split(" ").includes(what);
    return below.flatMap((one) => [...(is(one) ? [one] : []), ...one.all(what)]);
  }
}

Object.assign(globalThis, {
  Node: Element,
  HTMLElement: Element,
  document: {
    body: new Element("body"),
    createElement: (tag) => new Element(tag),
    createElementNS: (_, tag) => new Element(tag),
  },
});
