// Says whether the app is installed here and may ring, and offers the browser's own way to install it.
const all = (name) => document.querySelectorAll(`[data-${name}]`);
let install;

const installed = (yes) => {
  all("once-installed").forEach((part) => (part.hidden = !yes));
  all("until-installed").forEach((part) => (part.hidden = yes));
};

const permission = () => {
  const words = { granted: _("Allowed"), denied: _("Blocked"), default: _("Not asked yet") };
  const is = window.Notification?.permission;
  all("permission").forEach((part) => (part.textContent = words[is] ?? _("Only from the Home Screen")));
  if (is === "denied") all("when-blocked").forEach((part) => (part.open = true));
};

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  install = event;
  all("install").forEach((button) => (button.hidden = false));
});
window.addEventListener("appinstalled", () => installed(true));
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-install]")) install?.prompt();
});

installed(matchMedia("(display-mode: standalone)").matches || navigator.standalone === true);
permission();
navigator.permissions?.query({ name: "notifications" }).then((status) => (status.onchange = permission), () => {});
