// Keeps [data-live] parts up to date while somebody looks, and says how old they are when that fails.
const EVERY = 1500;
const LATE = 15000;
const DEAD = 60000;
let answered = Date.now();

const isTyping = (root) => root.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");

const ask = () => {
  if (document.hidden) return;
  for (const root of document.querySelectorAll("[data-live]")) {
    if (!isTyping(root)) window.htmx?.trigger(root, "poll");
  }
};

const paint = () => {
  const age = Date.now() - answered;
  for (const line of document.querySelectorAll("[data-fresh]")) {
    line.classList.toggle("fresh--late", age > LATE);
    line.classList.toggle("fresh--dead", age > DEAD);
    const time = line.querySelector("[data-updated]");
    time.textContent = new Date(answered).toLocaleTimeString("en-GB", { timeZone: time.dataset.zone });
  }
  for (const root of document.querySelectorAll("[data-live]")) root.classList.toggle("is-stale", age > DEAD);
};

document.addEventListener("htmx:after:request", ({ detail }) => {
  if (![200, 204].includes(detail.ctx.response?.status)) return;
  answered = Date.now();
  paint();
});
document.addEventListener("visibilitychange", ask);
for (const event of ["pageshow", "online"]) window.addEventListener(event, ask);
setInterval(ask, EVERY);
setInterval(paint, 1000);
