// Starts the service worker once the page has all it needs, and has it keep a rep's own pages for when there is no
// network: this one, and the leads that it lists.
const { person } = document.body.dataset;
const workers = navigator.serviceWorker;
const OWN = /^\/(my$|leads\/)/;
const EVERY = 300_000;
let kept = { at: 0 };

const keep = async () => {
  if (document.hidden || !navigator.onLine || navigator.connection?.saveData || document.querySelector("[data-copy]")) return;
  const own = [...document.querySelectorAll("[data-lead]:is([data-state=claimed], [data-state=contacted])")];
  const what = own.map(({ dataset }) => dataset.lead + dataset.state).join();
  if (what === kept.what && Date.now() < kept.at + EVERY) return;
  kept = { at: Date.now(), what };
  const { active } = await workers.ready;
  active.postMessage({ paths: [...new Set([location.pathname, ...own.map(({ dataset }) => `/leads/${dataset.lead}`)])] });
};

const start = async () => {
  await workers.register("/sw.js");
  if (!OWN.test(location.pathname)) return;
  setTimeout(keep, 3000);
  document.addEventListener("htmx:after:request", () => setTimeout(keep, 500));
};

const whenIdle = () => (window.requestIdleCallback ?? setTimeout)(start, { timeout: 2000 });

if (person && workers && document.readyState === "complete") whenIdle();
else if (person && workers) window.addEventListener("load", whenIdle);
