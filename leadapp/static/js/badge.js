// The number on the app's icon is that of the offers that wait, as the page has just been told.
const count = () => {
  const leads = document.getElementById("my");
  if (leads) navigator.setAppBadge?.(leads.querySelectorAll('[data-state="offered"]').length).catch(() => {});
};

count();
document.addEventListener("htmx:after:swap", count);
