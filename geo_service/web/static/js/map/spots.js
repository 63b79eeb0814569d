// Where there is room for a name.

const STEPS = [0, -1.2, 1.2, -2.4, 2.4]; // of the name's height, tried in turn

/** @param {Box} one @param {Box} other */
export function overlap(one, other) {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

// The box around `at`, or a little above or below, that covers nothing taken; else null.
/** @param {L.Point} at @param {Size} size @param {Box[]} taken @returns {Box | null} */
export function freeSpot(at, size, taken) {
  for (const step of STEPS) {
    const top = at.y + step * size.height - size.height / 2;
    const box = { ...size, left: at.x - size.width / 2, top };
    if (!taken.some((other) => overlap(box, other))) return box;
  }
  return null;
}

// The box of a round mark.
/** @param {L.Point} at @param {number} side @returns {Box} */
export function around(at, side) {
  return { left: at.x - side / 2, top: at.y - side / 2, width: side, height: side };
}
