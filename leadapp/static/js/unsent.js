// A tap that did not get through says so: nothing may look done that is not, and nobody should wonder.
const box = () => document.getElementById("notice");

const tell = (text) => {
  const words = document.createElement("p");
  words.textContent = text;
  const line = document.createElement("div");
  line.className = "notice";
  line.dataset.unsent = "";
  line.append(words);
  box()?.replaceChildren(line);
};

const isTap = (ctx) => ctx?.request?.method && ctx.request.method.toUpperCase() !== "GET";

document.addEventListener("htmx:error", ({ detail }) => {
  if (isTap(detail.ctx)) tell("No connection. Tap again in a moment."); // if it did arrive, the answer to the second says so
});
document.addEventListener("htmx:response:error", ({ detail }) => {
  if (isTap(detail.ctx) && detail.ctx.response.status >= 500) tell("That did not work just now. Tap again in a moment.");
});
document.addEventListener("htmx:after:request", ({ detail }) => {
  if (detail.ctx.response?.status < 400) box()?.querySelector("[data-unsent]")?.parentElement.replaceChildren();
});
