// Where a rectangle of a chart lies.

/** @param {number} x @param {number} y @param {number} width @param {number} height */
export function box(x, y, width, height) {
  const sizes = { x, y, width, height };
  return Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, size.toFixed(2)]));
}
