// Waiting times, countdowns and bars tick by the server's clock, for show only: the server decides when time is up.
const left = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const span = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return `${seconds} s`;
};

const each = (name, text) => {
  for (const element of document.querySelectorAll(`[data-${name}]`)) {
    const said = text(Date.parse(element.dataset[name]) - serverNow(), element);
    if (said !== undefined && element.textContent !== said) element.textContent = said;
  }
};

const tick = () => {
  each("since", (ms) => span(-ms));
  each("expires", (ms, element) => {
    element.toggleAttribute("data-over", ms <= 0);
    return ms > 0 ? left(Math.ceil(ms / 1000)) : _("checking…");
  });
  each("due", (ms, element) => {
    if (ms > 3600000) return undefined;
    if (ms > 0) return _("in {time}").replace("{time}", left(Math.ceil(ms / 1000)));
    return "late" in element.dataset ? _("{time} late").replace("{time}", span(-ms)) : _("now");
  });
  for (const bar of document.querySelectorAll("[data-bar]")) {
    bar.value = Math.max(0, (Date.parse(bar.dataset.bar) - serverNow()) / 1000);
  }
};

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:after:swap", tick);
