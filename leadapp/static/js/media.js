// A recording that the provider no longer keeps says so, once somebody wants to hear it.
document.addEventListener("error", ({ target }) => {
  if (!target.matches?.("audio")) return;
  const words = document.createElement("em");
  words.textContent = _("The recording is gone, or there is no connection.");
  target.replaceWith(words);
}, true);
