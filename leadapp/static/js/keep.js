// Starts the service worker once the page has all it needs, and has it keep a rep's own pages for when there is no
// network: this one, and the leads that it lists.
const { person } = document.body.dataset;
const workers = navigator.serviceWorker;
const OWN = /^\/(my$|leads\/)/;
const EVERY = 300_000;

const leads = () => [...document.querySelectorAll("[data-lead]")].map(({ dataset }) => dataset);
const shown = () => leads().map(({ lead, state }) => lead + state).join();
// A worker that brought this page has kept it.
let last = { what: workers?.controller && shown(), at: -Infinity };

const keep = async () => {
  if (document.hidden || !navigator.onLine || navigator.connection?.saveData || document.querySelector("[data-copy]")) return;
  const what = shown();
  const isKept = what === last.what;
  if (isKept && Date.now() < last.at + EVERY) return;
  const first = isKept && last.at < 0;
  last = { what, at: Date.now() };
  const own = leads().filter(({ state }) => /claimed|contacted/.test(state)).map(({ lead }) => `/leads/${lead}`);
  const { active } = await workers.ready;
  active.postMessage({ paths: [...new Set([location.pathname, ...own])], isKept: first });
};

const start = async () => {
  await workers.register("/sw.js");
  if (!OWN.test(location.pathname)) return;
  setTimeout(keep, 3000);
  document.addEventListener("htmx:after:request", () => setTimeout(keep, 500));
};

const whenIdle = () => (window.requestIdleCallback ?? setTimeout)(start, { timeout: 2000 });

// The page that says there is no network (offline.html) tries again by itself.
if (document.querySelector("[data-retry]")) setInterval(() => navigator.onLine && location.reload(), 5000);
if (person && workers && document.readyState === "complete") whenIdle();
else if (person && workers) window.addEventListener("load", whenIdle);
