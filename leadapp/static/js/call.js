// A tap on Call is told to the office at once; whoever comes back is asked how it went, until he has said so. The server
// asks too once it knows of the tap: what is kept here are taps that did not get through.
let called = null; // the lead whose customer was called from this page
let sheet = null; // the lead that is asked about in front of everything

const unsaid = (lead) => `call:${lead}`;
const question = () => document.querySelector("[data-question]");

const tell = (lead, url) => {
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  const sent = fetch(url, { method: "POST", keepalive: true, headers });
  sent.then(({ ok }) => ok && localStorage.removeItem(unsaid(lead))).catch(() => {});
};

const paint = () => question()?.classList.toggle("question--sheet", question().dataset.question === sheet);

const ask = () => {
  const panel = question();
  const lead = panel?.dataset.question;
  const url = localStorage.getItem(unsaid(lead));
  if (!panel || document.hidden) return;
  if (url) tell(lead, url);
  if (!url && called !== lead && !("asked" in panel.dataset)) return;
  sheet = lead;
  paint();
  panel.querySelector("h2").focus({ preventScroll: true });
};

const close = () => {
  sheet = called = null;
  paint();
};

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-later]")) return close();
  const link = target.closest("a[data-call]");
  if (!link) return;
  called = link.closest("[data-lead]").dataset.lead;
  localStorage.setItem(unsaid(called), link.dataset.call);
  tell(called, link.dataset.call);
});
document.addEventListener("keydown", ({ key }) => key === "Escape" && sheet && close());
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement?.closest("[data-question]") || !(ctx.response?.status < 400)) return;
  localStorage.removeItem(unsaid(question()?.dataset.question));
  close();
});
// What waits in the outbox has been said, too.
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx?.sourceElement?.closest("[data-question]") || !navigator.serviceWorker?.controller) return;
  localStorage.removeItem(unsaid(question()?.dataset.question));
  close();
});
document.addEventListener("htmx:after:swap", paint);
document.addEventListener("visibilitychange", ask);
window.addEventListener("pageshow", ask);
