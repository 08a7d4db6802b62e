// Passkeys: added on this device, and signed in with, from the button or from what the browser offers in the field.
const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const FAILED = _("That did not work. Load the page again and try once more.");
const part = (name) => document.querySelector(`[data-${name}]`);
const add = part("add-passkey");
const enter = part("passkey-sign-in");
let waiting;

if (window.PublicKeyCredential) {
  for (const [button, work] of [[add, make], [enter, use]]) {
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => attempt(work));
  }
  if (enter) offer().catch((error) => error.name === "Error" && tell(error.message)); // the server said no
}

async function make() {
  const options = await ask("/passkeys/options");
  options.challenge = decode(options.challenge);
  options.user.id = decode(options.user.id);
  for (const known of options.excludeCredentials) known.id = decode(known.id);
  await ask("/passkeys", answer(await navigator.credentials.create({ publicKey: options })));
  location.reload();
}

async function use(mediation) {
  waiting?.abort();
  waiting = new AbortController();
  const options = await ask("/sign-in/passkey/options");
  options.challenge = decode(options.challenge);
  const credential = await navigator.credentials.get({ publicKey: options, mediation, signal: waiting.signal });
  const { next } = await ask(`/sign-in/passkey?next=${encodeURIComponent(enter.dataset.next)}`, answer(credential));
  location.assign(next);
}

async function offer() {
  if (await PublicKeyCredential.isConditionalMediationAvailable?.()) await use("conditional");
}

function answer({ id, rawId, type, response }) {
  const sent = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) sent[name] = encode(response[name]);
  }
  return { id, rawId: encode(rawId), type, response: sent };
}

async function ask(path, body = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const said = await reply.json();
  if (!reply.ok) throw new Error(said.errors?.[0]?.message ?? (reply.status === 409 ? said.detail : FAILED));
  return said;
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    // Who closes the question of the phone has changed his mind; what browsers say, they say in English.
    const texts = { InvalidStateError: _("This device is added already."), NotAllowedError: _("Nothing was changed."), Error: error.message };
    tell(texts[error.name] ?? FAILED);
  }
}

function tell(text) {
  const line = part("passkey-status");
  line.hidden = false;
  line.textContent = text;
}
