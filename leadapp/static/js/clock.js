// The server's clock, by which everything is judged: the phone's own may be an hour wrong. A page kept on the phone says
// when it was made, not what time it is, so the difference found last is remembered.
let ahead = document.querySelector("[data-copy]") ? Number(localStorage.ahead ?? 0) : -Infinity;
window.serverNow = () => Date.now() + ahead;

// The way here and the time since only ever make a moment look earlier, so the largest difference is the truest.
const hear = (moments) => {
  if (!moments.length) return;
  localStorage.ahead = ahead = Math.max(ahead, ...moments.map((moment) => moment - Date.now()));
};
const read = () => hear([...document.querySelectorAll("[data-now]")].map((element) => Date.parse(element.dataset.now)));

read();
document.addEventListener("htmx:after:swap", read);
document.addEventListener("htmx:after:request", ({ detail }) => {
  const moment = Date.parse(detail.ctx.response?.headers.get("Date"));
  if (!moment) return;
  if (Math.abs(moment - serverNow()) > 60_000) ahead = -Infinity; // somebody has set the phone's clock
  hear([moment]);
});
