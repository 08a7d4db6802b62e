// The service worker: shows every push, reports it, answers offers. web/pwa.py joins sw-pages.js and sw-taps.js to it,
// and fills in what stands in double braces.
const CACHE = "leadapp-{{ build }}";
const ICON = "{{ icon }}";
const BADGE = "{{ badge }}";
const START = "/my";

self.addEventListener("install", (event) => event.waitUntil(Promise.all([keepShell(), self.skipWaiting()])));
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([dropOld(), self.clients.claim()])));

// waitUntil comes first and always ends in a notification: an iPhone cancels the subscription after three silent pushes.
self.addEventListener("push", (event) => event.waitUntil(ring(event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(act(event.notification, event.action)));

async function ring(data) {
  const { notification, app_badge } = read(data);
  const { receipt } = notification.data ?? {};
  const showing = inTurn(() => show(notification));
  const badge = app_badge && navigator.setAppBadge?.(Number(app_badge));
  const reporting = receipt && showing.then(() => report(receipt, "shown"));
  await Promise.allSettled([showing, badge, tell({ what: "news" }), reporting]);
}

function read(data) {
  try {
    const message = data.json();
    if (message.notification.title) return message;
  } catch {
    // Not ours, or cut short: something is shown all the same.
  }
  return { notification: { title: "Leadapp", body: _("There is news. Tap to see it."), navigate: START, tag: "news" } };
}

// Chromium forgets a notification shown while it is asked which there are; a stuck one must not silence the next.
let last = Promise.resolve();

function inTurn(work) {
  return (last = Promise.race([last, pause(10_000)]).then(work, work));
}

async function show({ title, body, navigate, tag, actions, data, silent = false }) {
  const at = Date.now();
  await self.registration.showNotification(title, {
    body,
    tag,
    actions,
    data: { ...data, navigate, at },
    icon: ICON,
    badge: BADGE,
    silent,
    renotify: Boolean(tag) && !silent,
    requireInteraction: Boolean(data?.offer),
  });
  // On an iPhone the same tag does not replace the older notification. Closed before showing, Chromium may forget both.
  const same = await self.registration.getNotifications({ tag });
  same.filter((notification) => notification.data.at !== at).forEach((notification) => notification.close());
}

async function act(notification, action) {
  const { receipt, navigate = START, ...offer } = notification.data ?? {};
  notification.close();
  const answered = offer.token && (action === "accept" || action === "pass");
  const doing = answered ? answer(action, offer, navigate, notification.tag) : open(navigate);
  await Promise.allSettled([doing, receipt && report(receipt, "opened")]);
}

async function answer(action, { offer, token }, navigate, tag) {
  const path = action === "accept" ? "acceptance" : "pass";
  const response = await post(`/offers/${offer}/${path}-by-token`, { token }).catch(() => null);
  if (response?.ok && action === "pass") return;
  const notification = { ...(await result(response)), navigate, tag: `${tag}-answer` };
  await inTurn(() => show(notification));
}

async function result(response) {
  if (!response) return { title: _("Not sent"), body: _("There is no network. Tap to try again in Leadapp.") };
  if (response.ok) return { title: _("Yours."), body: _("Open Leadapp.") };
  const { taken_by } = await response.json().catch(() => ({}));
  if (taken_by) return { title: _("Too late"), body: _("{name} has it.").replace("{name}", taken_by.name) };
  return { title: _("That did not work"), body: _("Tap to see it in Leadapp.") };
}

async function open(address) {
  const { href } = new URL(address, location.origin);
  const page = (await pages()).find(({ url }) => url === href);
  return page ? page.focus() : self.clients.openWindow(href);
}

async function report(receipt, what, [wait, ...waits] = [1_000, 5_000]) {
  const response = await post(`/messages/${receipt}/${what}`).catch(() => null);
  if (!response?.ok) return wait && pause(wait).then(() => report(receipt, what, waits));
  await tell({ receipt, what });
}

async function tell(news) {
  (await pages()).forEach((page) => page.postMessage(news));
}

function pages() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
