// On a phone the list is a sheet over the map: low, half or full, by its handle, a pull, or Enter.

const HEIGHTS = ["low", "half", "full"];
const PULL = 24; // px before a press counts as a pull

export function setUpSheet(frame, onMove) {
  const handle = frame.querySelector(".sheet-handle");
  let from = null;

  const set = (height) => {
    if (frame.dataset.sheet === height) return;
    frame.dataset.sheet = height;
    onMove();
    handle.setAttribute("aria-expanded", String(height !== "low"));
  };
  const step = (by) => set(HEIGHTS[Math.min(2, Math.max(0, HEIGHTS.indexOf(frame.dataset.sheet) + by))]);

  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointerup", (event) => {
    const moved = from == null ? 0 : event.clientY - from;
    from = null;
    handle.pulled = Math.abs(moved) > PULL;
    if (handle.pulled) step(moved < 0 ? 1 : -1);
  });
  handle.addEventListener("click", () => {
    if (!handle.pulled) set(frame.dataset.sheet === "low" ? "half" : "low");
    handle.pulled = false;
  });
  return set;
}
