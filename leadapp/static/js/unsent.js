// A tap that did not get through says so: nothing may look done that is not, and nobody should wonder. Forms marked
// `data-queue` go to the worker's outbox (sw-taps.js) and wait there; others ask for another tap. `data-queue="accept"`
// and `data-until` (when the offer ends) say what a waiting tap must not claim.
const { person } = document.body.dataset;
const workers = navigator.serviceWorker;
const box = () => document.getElementById("notice");
const post = (message) => worker?.active.postMessage(message);
let worker;
let waiting = [];

const tell = (text, isUnsent = false, look = "notice") => {
  const words = document.createElement("p");
  words.textContent = text;
  const line = document.createElement("div");
  line.className = look;
  line.dataset[isUnsent ? "unsent" : "notice"] = "";
  line.append(words);
  box()?.replaceChildren(line);
};

const isTap = (ctx) => ctx?.request?.method && ctx.request.method.toUpperCase() !== "GET";
const isOver = ({ until }) => Date.parse(until) <= serverNow();

const isOf = (form, { body }) => {
  const sent = new URLSearchParams(body);
  const fixed = [...form.querySelectorAll("[type=hidden]:not([name=csrf_token])")];
  return fixed.every(({ name, value }) => sent.get(name) === value);
};

const queue = ({ sourceElement: form, request }) => {
  const { queue: kind, until } = form.dataset;
  const key = request.headers["Idempotency-Key"];
  const label = (request.submitter ?? form.querySelector("button")).textContent.trim();
  post({ tap: { key, person, kind, until, label, url: request.action, body: String(new URLSearchParams(request.body)) } });
  tell(_("No network. This waits here and is sent by itself; it is not done yet."), true, "visually-hidden"); // the card shows it
};

// On its card where that is on the page, else above everything.
const paint = () => {
  document.querySelectorAll("[data-waiting]").forEach((form) => delete form.dataset.waiting);
  document.querySelectorAll("[data-cancel], [data-elsewhere]").forEach((element) => element.remove());
  const elsewhere = waiting.filter((tap) => {
    const form = [...document.querySelectorAll(`form[data-queue][action="${tap.url}"]`)].find((one) => isOf(one, tap));
    if (!form) return true;
    form.dataset.waiting = "";
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
    button.dataset.cancel = tap.id;
    button.append(isOver(tap) ? _("Not sent in time") : tap.kind === "accept" ? _("Sending, not yours yet") : _("Not sent yet"));
    const hint = document.createElement("small");
    if (!isOver(tap)) hint.append(_("Tap to cancel"));
    button.append(hint);
    form.append(button);
  });
  if (!elsewhere.length) return;
  const line = Object.assign(document.createElement("p"), { className: "strip" });
  line.dataset.elsewhere = "";
  line.textContent = _("Waiting to be sent: {taps}").replace("{taps}", elsewhere.map(({ label }) => label).join(", "));
  document.querySelector("main")?.prepend(line);
};

const hear = ({ data }) => {
  if (data.what !== "taps") return;
  const mine = data.taps.filter((tap) => tap.person === person);
  const heard = mine.filter(({ said }) => said);
  waiting = mine.filter(({ said }) => !said);
  if (heard.length) {
    tell(heard.map(({ said }) => said).join(" "));
    post({ seen: heard.map(({ id }) => id) });
  }
  if (data.out && data.taps.length) tell(_("You were signed out while there was no network. Sign in again, and what waits is sent."));
  paint();
};

document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement: form, request } = event.detail.ctx;
  if (!isTap({ request }) || !form.matches("[data-queue]") || !person) return;
  request.headers["Idempotency-Key"] = crypto.randomUUID?.() ?? String(Math.random());
  request.headers["Leadapp-Person"] = person;
  request.timeout = 12000;
  if (!waiting.length) return;
  event.preventDefault(); // in their order: behind what waits
  queue(event.detail.ctx);
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!isTap(ctx)) return;
  if (person && worker && ctx.sourceElement.matches("[data-queue]")) queue(ctx);
  else tell(_("No connection. Tap again in a moment."), true); // if it did arrive, the answer to the second says so
});
document.addEventListener("htmx:response:error", ({ detail }) => {
  if (isTap(detail.ctx) && detail.ctx.response.status >= 500) tell(_("That did not work just now. Tap again in a moment."), true);
});
document.addEventListener("htmx:after:request", ({ detail }) => {
  if (detail.ctx.response?.status < 400 && !waiting.length) box()?.querySelector("[data-unsent]")?.parentElement.replaceChildren();
});
document.addEventListener("htmx:after:swap", paint);
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-cancel]");
  if (!button) return;
  post({ cancel: Number(button.dataset.cancel) });
  tell(_("It is not sent again. Your leads show whether it had got through."));
});
document.addEventListener("submit", ({ target }) => target.closest("[data-sign-out]") && post({ leave: true }), true);

workers?.addEventListener("message", hear);
workers?.ready.then((registration) => {
  worker = registration;
  post({});
});
for (const event of ["online", "pageshow"]) window.addEventListener(event, () => post({}));
document.addEventListener("visibilitychange", () => document.hidden || post({}));
// One bar of signal fires no event when it comes back.
setInterval(() => {
  if (waiting.length) post({});
  if (waiting.some(isOver)) paint();
}, 5000);
