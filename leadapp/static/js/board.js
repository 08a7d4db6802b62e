// The board at a desk: nothing moves under the pointer, what changed is said calmly, and keys do what buttons do.
const CALM = 8000;
const SAID = 3;
const board = () => document.getElementById("board");
const panel = () => document.getElementById("panel");
const rows = (root = board()) => [...root.querySelectorAll("[data-lead]")];
const byLead = (root) => new Map(rows(root).map((row) => [row.dataset.lead, row]));
const title = (row) => row.querySelector(".row__title").textContent.trim();

// Somebody points at the rows, or has gone among them with the keys: they stay where they are for the moment.
let touched = -Infinity;
let isInside = false;
const isBusy = () => Date.now() < touched + CALM && (isInside || board().contains(document.activeElement));

const onRows = ({ target }) => target.closest?.("[data-rows]");
document.addEventListener("pointermove", (event) => {
  isInside = Boolean(onRows(event));
  if (isInside) touched = Date.now();
});
document.documentElement.addEventListener("pointerleave", () => (isInside = false));
document.addEventListener("focusin", (event) => onRows(event) && (touched = Date.now()));

// What is new goes below and what is gone stays as a shadow, until nobody is at it any more; then the next poll,
// which asks for everything again, puts all in its order.
const keepPlaces = (fragment) => {
  const list = fragment.querySelector("[data-rows]");
  if (!list || !isBusy()) return false;
  const coming = byLead(fragment);
  const there = rows();
  const places = there.map((row) => {
    const now = coming.get(row.dataset.lead);
    coming.delete(row.dataset.lead);
    if (now) return now;
    const gone = row.cloneNode(true);
    gone.classList.add("is-gone");
    gone.querySelectorAll("button, a").forEach((one) => one.removeAttribute("form") || one.setAttribute("aria-disabled", "true"));
    return gone;
  });
  list.append(...places, ...coming.values());
  return true;
};

let isOutOfOrder = false;
const putInOrder = () => {
  if (!isOutOfOrder || isBusy()) return;
  isOutOfOrder = false;
  const address = new URL(board().getAttribute("hx-get"), location);
  address.searchParams.delete("seen");
  board().setAttribute("hx-get", address.pathname + address.search);
  window.htmx.process(board());
  window.htmx.trigger(board(), "poll");
};
setInterval(putInOrder, 1000);

// What has changed is marked where it stands and said once, by the one polite voice of the page.
let before = null;
const say = (changed) => {
  const said = changed.slice(0, SAID).map((row) => `${title(row)}: ${row.querySelector(".mark:not(.mark--urgent, .mark--late)").textContent}, ${row.querySelector(".row__whose").textContent}`);
  if (changed.length > SAID) said.push(_("and {count} more").replace("{count}", changed.length - SAID));
  document.querySelector("[data-announce]").textContent = said.join(". ");
};

document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => {
  const task = tasks.find(({ fragment }) => fragment?.querySelector?.("#board"));
  before = task && new Map(rows().map((row) => [row.dataset.lead, row.dataset.shows]));
  if (task && keepPlaces(task.fragment)) isOutOfOrder = true;
});
document.addEventListener("htmx:after:swap", () => {
  if (!before) return focusFirstPick();
  const changed = rows().filter((row) => before.get(row.dataset.lead) !== row.dataset.shows);
  before = null;
  changed.forEach((row) => row.classList.add("is-changed"));
  setTimeout(() => changed.forEach((row) => row.classList.remove("is-changed")), 4000);
  if (changed.length) say(changed);
  const chosen = document.querySelector("[data-chosen]");
  if (chosen && !chosen.contains(document.activeElement)) window.htmx.trigger(chosen, "poll");
});

const close = () => {
  const lead = document.querySelector("[data-chosen]")?.dataset.chosen;
  panel().replaceChildren();
  if (lead) document.querySelector(`#lead-${lead} [data-more]`)?.focus();
};
document.addEventListener("click", ({ target }) => target.closest("[data-close]") && close());

let wantsPick = false;
const focusFirstPick = () => {
  const pick = document.querySelector("[data-first-pick]");
  if (wantsPick && pick) pick.focus();
  wantsPick = false;
};

const here = () => document.activeElement.closest("[data-lead]");
const go = (step) => {
  const all = rows();
  const at = all.indexOf(here());
  all[Math.min(Math.max(at < 0 ? 0 : at + step, 0), all.length - 1)]?.querySelector("a").focus();
};
const more = () => here()?.querySelector("[data-more]")?.click();
const keys = {
  j: () => go(1),
  k: () => go(-1),
  o: more,
  t: () => here()?.querySelector("[form=take]")?.click(),
  a: () => (wantsPick = true) && more(),
  "/": () => document.querySelector("[data-search]").focus(),
  "?": () => document.querySelector("[data-keys]").showModal(),
  Escape: close,
};
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (target.matches("input, select, textarea") && key !== "Escape") return;
  if (!keys[key]) return;
  event.preventDefault();
  keys[key]();
});
