// What can be undone stands under the thumb for eight seconds, longer while somebody is at it.
const LASTS = 8000;

const watch = (line) => {
  line.dataset.seen = "";
  setTimeout(() => (line.matches(":focus-within") ? watch(line) : line.remove()), LASTS);
};

const look = () => document.querySelectorAll("[data-notice]:not([data-seen]):has(form)").forEach(watch);

look();
document.addEventListener("htmx:after:swap", look);
