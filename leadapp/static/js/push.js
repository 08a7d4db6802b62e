// Alerts on this phone: the service worker, the subscription, and the buttons "Turn on alerts" and "Ring me now".
const SUBSCRIBING = 20_000; // it can hang for good
const RINGING = 15_000;
const FAILED = _("That did not work. Load the page again and try once more.");

if ("serviceWorker" in navigator && "signedIn" in document.body.dataset && !window.leadappPush) {
  window.leadappPush = true; // safe to load twice
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  attempt(keepAlive);
}

// A phone loses its subscription without telling anybody: what there is now is posted again on every load, and made
// anew where alerts had been turned on.
async function keepAlive() {
  if (!window.PushManager) return say(_("To get alerts, add Leadapp to the Home Screen and open it from there."));
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = localStorage.alerts === "on" || (await pushManager.getSubscription());
  if (Notification.permission !== "granted" || !wanted) {
    say(_("Alerts are off on this phone."));
    return takeOffTheList();
  }
  if (!(await subscribe())) return say(_("Alerts are on, but this phone has not shown one yet."));
  sayItRings(_("Alerts are on for this phone."));
}

// No longer allowed in the phone's settings: until the server is told, leads wait for this phone to ring.
async function takeOffTheList() {
  const { endpoint } = localStorage;
  if (!endpoint) return;
  await call("DELETE", "/push/subscription", { endpoint });
  delete localStorage.endpoint; // not before, so that the next load tries again
}

function onClick({ target }) {
  if (target.closest("[data-turn-on-alerts]")) attempt(turnOn);
  else if (target.closest("[data-ring-me-now]")) attempt(ring);
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    say(error.name === "Error" ? error.message : FAILED); // what browsers say is in English
  }
}

async function turnOn() {
  if (!window.PushManager) throw new Error(_("First add Leadapp to the Home Screen and open it from there."));
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error(_("Alerts are blocked. Allow notifications for Leadapp in the phone's settings."));
  }
  say(_("Turning on alerts…"));
  await subscribe();
  await ring();
}

async function ring() {
  say(_("Ringing…"));
  const shown = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("message", ({ data }) => data.what === "shown" && resolve());
  });
  const { receipts } = await call("POST", "/push/test");
  if (!receipts.length) throw new Error(_("Alerts are not turned on yet."));
  await within(RINGING, shown, _("This phone has not shown it yet. Check that notifications are allowed, then try again."));
  sayItRings(_("It rang: this phone showed the test alert."));
}

function sayItRings(text) {
  say(text);
  document.querySelectorAll("[data-until-alerts-on]").forEach((part) => (part.hidden = true));
  document.querySelectorAll("[data-once-alerts-on]").forEach((part) => (part.hidden = false));
}

// Returns whether this phone has ever rung. In turn: of two pages that make it anew at once, one would undo what the
// other has just made.
function subscribe() {
  return navigator.locks.request("alerts", subscribeAlone);
}

async function subscribeAlone() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const { id, key } = await call("GET", "/push/key");
  localStorage.alerts = "on"; // also when this fails, so that the next load tries again
  let subscription = await pushManager.getSubscription();
  // Bound to an older key, and a browser keeps one at a time: it is made anew, and nobody is asked.
  if (subscription && encode(subscription.options.applicationServerKey) !== key) {
    localStorage.endpoint ??= subscription.endpoint;
    await subscription.unsubscribe();
    subscription = null;
  }
  const options = { userVisibleOnly: true, applicationServerKey: decode(key) };
  subscription ??= await within(SUBSCRIBING, pushManager.subscribe(options), _("The push service did not answer. Try again."));
  const replaces = localStorage.endpoint; // what the server knows this phone by
  const { headers } = await call("PUT", `/push/subscription?key=${id}`, { ...subscription.toJSON(), replaces });
  localStorage.endpoint = subscription.endpoint;
  return headers.get("Leadapp-Has-Rung") === "yes";
}

// Signing out takes this phone off the list first: it must not ring for somebody who has left it. In turn, or what this
// page has just posted would arrive after that.
async function onSubmit(event) {
  const form = event.target.closest("[data-sign-out]");
  if (!form) return;
  event.preventDefault();
  await within(3_000, navigator.locks.request("alerts", unsubscribe), "").catch(() => {});
  form.submit();
}

async function unsubscribe() {
  delete localStorage.alerts;
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager?.getSubscription();
  const endpoint = subscription?.endpoint ?? localStorage.endpoint;
  delete localStorage.endpoint;
  if (endpoint) await call("DELETE", "/push/subscription", { endpoint });
  await subscription?.unsubscribe();
}

async function call(method, path, body) {
  const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(FAILED);
  return response.status === 204 ? response : response.json();
}

function within(milliseconds, promise, message) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error(message)), milliseconds))]);
}

function say(text) {
  document.querySelectorAll("[data-alert-status]").forEach((line) => (line.textContent = text));
}

function decode(key) {
  return Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

function encode(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
