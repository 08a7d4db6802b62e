// A screen on a wall stays awake, and its picture wanders a little, so that nothing is burnt into it.
const WANDER = 60_000;
const PLACES = [[0, 0], [6, 0], [12, 4], [12, 10], [6, 14], [0, 10], [0, 4]];
let at = 0;

const wander = () => {
  const [x, y] = PLACES[(at += 1) % PLACES.length];
  document.body.style.setProperty("--shift-x", `${x}px`);
  document.body.style.setProperty("--shift-y", `${y}px`);
};
setInterval(wander, WANDER);

// Given back whenever the screen is hidden; refused where the battery is low, which is no reason to stop.
const stayAwake = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {});
stayAwake();
document.addEventListener("visibilitychange", stayAwake);
