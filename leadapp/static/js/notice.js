// What has just happened stays in sight for eight seconds, longer while somebody is at it: what can be undone lies under
// the thumb and is gone then, anything else lies above the page and goes back to its place.
const LASTS = 8000;
const box = document.getElementById("notice");

const end = (line) => {
  if (line.matches(":focus-within")) watch(line);
  else if (line.querySelector("form")) line.remove();
  else if (!("unsent" in line.dataset)) line.dataset.settled = ""; // what did not get through stays until it does
};

const watch = (line) => {
  line.dataset.seen = "";
  setTimeout(end, LASTS, line);
};

const look = () => box?.querySelectorAll(".notice:not([data-seen])").forEach(watch);

look();
if (box) new MutationObserver(look).observe(box, { childList: true });
