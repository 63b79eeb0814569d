import "../fakes.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { dataName, draw, make } from "../../../geo_service/web/static/js/base/dom.js";

test("an element is its tag and its classes", () => {
  const one = make("li.row.next", { "data-area": "A1", hidden: true, title: null, open: false });
  assert.equal(one.tag, "li");
  assert.deepEqual(one.attributes, { class: "row next", "data-area": "A1", hidden: "" });
});

test("text goes in as text, and what is nothing does not go in", () => {
  const hostile = "<img src=x onerror=alert(1)>";
  const one = make("p", {}, hostile, null, false, undefined, make("b", {}, "x"));
  assert.deepEqual(one.children.length, 2);
  assert.equal(one.textContent, `${hostile}x`);
});

test("what is done is heard, and names from data are marked", () => {
  let pressed = 0;
  const press = () => {
    pressed += 1;
  };
  make("button", { onclick: press }).heard.click();
  assert.equal(pressed, 1);
  assert.deepEqual(dataName("希望大院").attributes, { "data-name": "" });
  assert.equal(dataName("希望大院", "b").tag, "b");
  assert.equal(draw("rect.bar", { x: 0 }).attributes.x, "0");
});
