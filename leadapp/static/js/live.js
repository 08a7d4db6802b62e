// Keeps [data-live] parts up to date while somebody looks, and says how old they are when that fails.
const EVERY = 1500;
const SLOWEST = 30000;
const LATE = 15000;
const DEAD = 60000;
const PATIENCE = 12000;
const { person, zone, cycle, now } = document.body.dataset;
const copy = () => document.querySelector("[data-copy]");
let answered = copy() ? Date.parse(now) : serverNow();
let failures = 0;
let next = 0;

const isTyping = (root) => root.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
const isLive = ({ ctx }) => ctx?.sourceElement?.matches?.("[data-live]");

const ask = () => {
  if (document.hidden || Date.now() < next) return;
  if (failures) next = Date.now() + Math.min(EVERY * 2 ** failures, SLOWEST);
  for (const root of document.querySelectorAll("[data-live]")) {
    if (!isTyping(root)) window.htmx?.trigger(root, "poll");
  }
};

// What hangs since before the phone slept will not be answered.
const askNow = () => {
  next = 0;
  document.querySelectorAll("[data-live]").forEach((root) => window.htmx?.trigger(root, "htmx:abort"));
  ask();
};

const at = (options) => new Date(answered).toLocaleTimeString("en-GB", { timeZone: zone, minute: "2-digit", ...options });

// One lost poll is no news; what is not sent by itself later cannot be tapped meanwhile.
const warn = () => {
  const isLost = failures > 1 || !navigator.onLine;
  if (isLost && !copy()) {
    const line = Object.assign(document.createElement("p"), { className: "strip" });
    line.setAttribute("role", "status");
    line.dataset.copy = "";
    document.querySelector("main")?.prepend(line);
    line.textContent = _("As of {time}, no network.").replace("{time}", at({ hourCycle: cycle, hour: "numeric" }));
  }
  const dead = copy() ? document.querySelectorAll("form[method=post]:not([data-queue]) button:enabled") : [];
  for (const button of dead) button.disabled = button.dataset.dead = true;
};

const paint = () => {
  const age = serverNow() - answered;
  for (const line of document.querySelectorAll("[data-fresh]")) {
    line.classList.toggle("fresh--late", age > LATE);
    line.classList.toggle("fresh--dead", age > DEAD);
    const time = line.querySelector("[data-updated]");
    time.textContent = at({ timeZone: time.dataset.zone, hourCycle: "h23", hour: "2-digit", second: "2-digit" });
  }
  for (const root of document.querySelectorAll("[data-live]")) root.classList.toggle("is-stale", age > DEAD);
  if (person) warn();
};

const revive = () => {
  [answered, failures, next] = [serverNow(), 0, 0];
  copy()?.remove();
  for (const button of document.querySelectorAll("[data-dead]")) {
    button.disabled = false;
    delete button.dataset.dead;
  }
  paint();
};

document.addEventListener("htmx:config:request", ({ detail }) => {
  if (isLive(detail)) detail.ctx.request.timeout = PATIENCE;
});
document.addEventListener("htmx:after:request", ({ detail }) => {
  const { status, headers } = detail.ctx.response ?? {};
  if (status === 404 && isLive(detail)) delete detail.ctx.sourceElement.dataset.live; // gone, which has been said
  if (![200, 204].includes(status)) return;
  if (person && headers.get("Leadapp-Person") !== person) return location.reload(); // somebody else has signed in
  revive();
});
document.addEventListener("htmx:error", ({ detail }) => {
  if (isLive(detail)) failures += 1;
  paint();
});
document.addEventListener("visibilitychange", askNow);
window.addEventListener("online", askNow);
window.addEventListener("pageshow", ({ persisted }) => (persisted || copy()) && askNow()); // else it has just been made
window.addEventListener("offline", () => {
  if (!document.querySelector("[data-live]")) answered = serverNow();
  paint();
});
navigator.serviceWorker?.addEventListener("message", ({ data }) => data.what === "news" && askNow());
setInterval(ask, EVERY);
setInterval(paint, 1000);
