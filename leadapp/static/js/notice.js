// What can be undone stands under the thumb for eight seconds, longer while somebody is at it; what happened stays in
// sight as long, and on the page afterwards.
const LASTS = 8000;

const watch = (line) => {
  line.dataset.seen = "";
  setTimeout(() => {
    if (line.matches(":focus-within")) watch(line);
    else if (line.querySelector("form")) line.remove();
    else line.dataset.past = "";
  }, LASTS);
};

const look = () => document.querySelectorAll("[data-notice]:not([data-seen])").forEach(watch);

look();
document.addEventListener("htmx:after:swap", look);
