// Pages without network: the app's frame, and what the server lets this person keep, twelve hours at most.
const SHELL = {{ shell }};
const NO_NETWORK = {{ offline }};
const MINE = `mine-${CACHE}-`; // and whose; another build's copies would lack their styles
const KEPT_AT = "Leadapp-Kept-At";
const HOUR = 3600_000;
const OLDEST = 12 * HOUR;
const REFRESH = HOUR / 6;
const SLOW = 4_000;
let reader = 0; // counts changes of person: what was asked for before one is not kept after it
let wiping = Promise.resolve();

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  // Whoever signs in next must not see a copy, even if nothing gets through after that.
  if (request.method === "POST" && /^\/sign-/.test(url.pathname)) event.waitUntil(wipe());
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

// The network's answer, whatever it is; a copy only when none comes, or none soon.
async function page(event, url) {
  const answer = fetch(event.request);
  const copy = wiping.then(() => copyOf(url.pathname)).catch(() => {});
  const seeing = answer.then((response) => see(url, response.clone()));
  event.waitUntil(seeing.catch(() => {}));
  const late = copy.then((found) => found && pause(SLOW));
  const first = (await copy) ? Promise.race([answer, late]) : answer;
  try {
    const response = await first;
    if (response) return response;
    seeing.then(() => tell({ what: "news" })).catch(() => {});
    return marked(await copy, _("As of {time}: the network is slow."));
  } catch {
    return (await copy) ? marked(await copy, _("As of {time}, no network.")) : html(NO_NETWORK);
  }
}

async function see({ pathname, search }, response) {
  const person = response.headers.get("Leadapp-Person");
  if (person) await wipe(MINE + person);
  if (!person || search) return;
  if (response.headers.get("Leadapp-Keep") !== person) return drop(pathname);
  const headers = new Headers(response.headers);
  headers.set(KEPT_AT, Date.now());
  const cache = await caches.open(MINE + person);
  await cache.put(pathname, html(await response.text(), headers));
}

// Forgets the copies of everybody else.
function wipe(besides) {
  if (!besides) reader += 1;
  return (wiping = wiping.then(async () => {
    const others = (await caches.keys()).filter((name) => name.startsWith("mine-") && name !== besides);
    if (others.length) reader += 1;
    await Promise.all(others.map((name) => caches.delete(name)));
  }));
}

// What a page lists is fetched again now and then; what it no longer lists is forgotten.
async function keep(paths, isKept) {
  const before = reader;
  for (const path of paths) {
    if (path === paths[0] ? isKept : age(await copyOf(path)) < REFRESH) continue;
    const response = await fetch(path);
    if (reader !== before) return;
    await see({ pathname: path }, response);
  }
  if (paths[0] !== START) return;
  for (const { url } of await copies()) {
    const { pathname } = new URL(url);
    if (!paths.includes(pathname)) await drop(pathname);
  }
}

async function copies() {
  const names = (await caches.keys()).filter((name) => name.startsWith(MINE));
  const kept = names.map(async (name) => (await caches.open(name)).keys());
  return (await Promise.all(kept)).flat();
}

async function copyOf(path) {
  const copy = await caches.match(path);
  if (age(copy) < OLDEST) return copy;
  if (copy) await drop(path);
}

async function drop(path) {
  for (const name of await caches.keys()) if (name.startsWith("mine-")) await (await caches.open(name)).delete(path);
}

// A clock that was set back makes it unknown how old a copy is.
function age(copy) {
  const spent = Date.now() - copy?.headers.get(KEPT_AT);
  return spent >= 0 ? spent : NaN;
}

async function marked(copy, words) {
  const text = await copy.text();
  const said = (name) => text.match(`[ -]${name}="(.*?)"`)?.[1];
  const day = age(copy) > 6 * HOUR ? { weekday: "short" } : {};
  const as = { ...day, hour: "numeric", minute: "2-digit", timeZone: said("zone"), hourCycle: said("cycle") };
  const line = words.replace("{time}", new Date(said("now")).toLocaleString(said("lang").replace("en", "en-GB"), as).replace(/\.\sm\./, "m"));
  return html(text.replace(/<main.*?>/, `$&<p class="strip" role="status" data-copy>${line}</p>`), copy.headers);
}

function html(text, headers = { "Content-Type": "text/html; charset=utf-8" }) {
  return new Response(text, { headers });
}

async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  // Two versions may run side by side: only what never changes is kept.
  if (response.ok && response.headers.get("Cache-Control")?.includes("immutable")) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}

// The page that installs this has just loaded all of it, so it comes from the browser's own cache.
async function keepShell() {
  await (await caches.open(CACHE)).addAll(SHELL);
}

async function dropOld() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE && !name.startsWith(MINE)).map((name) => caches.delete(name)));
  for (const { url } of await copies()) await copyOf(new URL(url).pathname);
}
