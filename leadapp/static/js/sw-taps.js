// The outbox: taps that the network lost wait here and are sent in their order, each with the key of its first try. The
// worker alone sends them, so two tabs never do; pages are told what waits, and what the server said.
const TAPS = "taps";

self.addEventListener("message", (event) => event.waitUntil(hear(event.data)));
self.addEventListener("sync", (event) => event.waitUntil(replay()));

async function hear({ paths, isKept, tap, seen, cancel, leave }) {
  if (paths) return keep(paths, isKept);
  if (leave) await Promise.all([wipe(), taps((store) => store.clear())]);
  if (tap) await taps((store) => store.put(tap));
  if (tap) self.registration.sync?.register(TAPS).catch(() => {});
  for (const id of seen ?? []) await remove(id);
  if (cancel) await remove(cancel);
  await tellTaps();
  await replay().catch(() => {}); // no network: what waits goes on waiting
}

function replay() {
  return navigator.locks.request(TAPS, { ifAvailable: true }, async (lock) => {
    if (!lock || !(await waiting()).length) return;
    const { person, token, now } = await (await within("/session")).json();
    const ahead = Date.parse(now) - Date.now();
    if (!person) return tell({ what: TAPS, taps: await all(), out: true });
    for (const tap of await waiting()) {
      if (tap.person !== person) await remove(tap.id);
      else if (Date.parse(tap.until) <= Date.now() + ahead) await said(tap, _("Not sent in time: the offer is over."));
      else await send(tap, token);
    }
    await tellTaps();
  });
}

// What the server has said is final, except that it is busy or that nobody is signed in.
async function send(tap, token) {
  const body = new URLSearchParams(tap.body);
  body.set("csrf_token", token);
  const headers = { "HX-Request": "true", "Idempotency-Key": tap.key, "Leadapp-Person": tap.person };
  if (!(await waiting()).some(({ id }) => id === tap.id)) return; // taken back meanwhile
  const { status, headers: heads } = await within(tap.url, { method: "POST", body, headers });
  if (status >= 500 || status === 429 || status === 401) throw new Error("later");
  await said(tap, decodeURIComponent(heads.get("Leadapp-Said") ?? "") || _("Answered. Look at your leads."));
}

async function said(tap, text) {
  await taps((store) => store.put({ ...tap, said: text }));
  await tellTaps();
  await tell({ what: "news" });
  if ((await pages()).length) return;
  const shown = inTurn(() => show({ title: text, navigate: START, tag: tap.key }));
  await shown.then(() => remove(tap.id), () => {}); // else the next page says it
}

async function tellTaps() {
  await tell({ what: TAPS, taps: await all() });
}

async function waiting() {
  return (await all()).filter(({ said }) => !said);
}

function all() {
  return taps((store) => store.getAll());
}

function remove(id) {
  return taps((store) => store.delete(id));
}

function within(address, options) {
  return fetch(address, { ...options, cache: "no-store", signal: AbortSignal.timeout(12_000) });
}

function taps(ask) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("leadapp", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TAPS, { keyPath: "id", autoIncrement: true });
    opening.onerror = reject;
    opening.onsuccess = () => {
      const change = opening.result.transaction(TAPS, "readwrite");
      const asked = ask(change.objectStore(TAPS));
      change.oncomplete = () => resolve(asked.result);
      change.onabort = reject;
      opening.result.close();
    };
  });
}
