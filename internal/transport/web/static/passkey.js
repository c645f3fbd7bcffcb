// Passkeys that also unlock. <form data-passkey="register|sign-in" data-begin="…" data-finish="…">
// with a button and an element [data-passkey-status]; its texts stand in data attributes:
// data-working, data-cancelled, data-failed, data-unsupported.
//
//   begin  gets the form's fields and answers { publicKey: …, ceremony: "…" } as the WebAuthn server made it
//   finish gets the fields and { ceremony: "…", credential: …, unlock: "…" | absent } and answers { next: "/…" }
// Either answers { error: "…" } when it refuses. What stands in [data-needs-script] is shown here.
//
// The authenticator's PRF output never leaves the page: the server gets only HKDF-SHA256 of it,
// bound to the credential, and what is posted is built field by field, so that no extension
// result can come along. Without PRF there is no "unlock", and the server asks for a passphrase.
const salt = new TextEncoder().encode('varn/passkey/prf/v1');
const info = new TextEncoder().encode('varn unlock');

const encode = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const decode = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
const descriptors = list => (list || []).map(c => ({ ...c, id: decode(c.id) }));

async function post(address, body) {
  const answer = await fetch(address, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body),
  });
  const result = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error('refused'), { text: result.error });
  return result;
}

// withPRF asks with the fixed salt, and again without it on devices that refuse the extension.
// What the person themself cancelled is not asked again.
async function withPRF(ask, publicKey) {
  try {
    return await ask({ ...publicKey, extensions: { ...publicKey.extensions, prf: { eval: { first: salt } } } });
  } catch (error) {
    if (error.name === 'NotAllowedError' || error.name === 'AbortError' || error.name === 'InvalidStateError') throw error;
    const { prf, ...extensions } = publicKey.extensions || {};
    return ask({ ...publicKey, extensions });
  }
}

function creating(options) {
  return withPRF(publicKey => navigator.credentials.create({ publicKey }), {
    ...options,
    challenge: decode(options.challenge),
    user: { ...options.user, id: decode(options.user.id) },
    excludeCredentials: descriptors(options.excludeCredentials),
    authenticatorSelection: { ...options.authenticatorSelection, userVerification: 'required' },
  });
}

function asking(options) {
  return withPRF(publicKey => navigator.credentials.get({ publicKey }), {
    ...options,
    challenge: decode(options.challenge),
    allowCredentials: descriptors(options.allowCredentials),
    userVerification: 'required',
  });
}

// prfOf gives the secret of a credential, or undefined. A device that can, but gives none while
// it creates, is asked once more; that answer stays in the page.
async function prfOf(credential, rpId) {
  const prf = credential.getClientExtensionResults().prf;
  if (prf?.results?.first) return prf.results.first;
  if (!prf?.enabled) return undefined;
  const again = await asking({
    rpId, challenge: encode(crypto.getRandomValues(new Uint8Array(32))),
    allowCredentials: [{ type: 'public-key', id: encode(credential.rawId) }],
  });
  return again.getClientExtensionResults().prf?.results?.first;
}

async function unlockOf(credential, rpId) {
  const secret = await prfOf(credential, rpId);
  if (!secret) return undefined;
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  return encode(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: credential.rawId, info }, key, 256));
}

function forServer(credential) {
  const from = credential.response;
  const response = { clientDataJSON: encode(from.clientDataJSON) };
  if (from.attestationObject) {
    response.attestationObject = encode(from.attestationObject);
    response.transports = from.getTransports?.() || [];
  } else {
    response.authenticatorData = encode(from.authenticatorData);
    response.signature = encode(from.signature);
    if (from.userHandle) response.userHandle = encode(from.userHandle);
  }
  return {
    id: credential.id, rawId: encode(credential.rawId), type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || undefined, clientExtensionResults: {}, response,
  };
}

async function perform(form) {
  const { publicKey, ceremony } = await post(form.dataset.begin, Object.fromEntries(new FormData(form)));
  const registering = form.dataset.passkey === 'register';
  const credential = await (registering ? creating(publicKey) : asking(publicKey));
  const unlock = await unlockOf(credential, registering ? publicKey.rp.id : publicKey.rpId);
  const { next } = await post(form.dataset.finish, {
    ...Object.fromEntries(new FormData(form)), ceremony, credential: forServer(credential), unlock,
  });
  if (new URL(next, location.href).origin === location.origin) location.assign(next);
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  for (const part of document.querySelectorAll('[data-needs-script]')) part.hidden = false;
  const status = form.querySelector('[data-passkey-status]');
  const buttons = form.querySelectorAll('button');
  if (!window.PublicKeyCredential || !crypto.subtle) {
    status.textContent = status.dataset.unsupported;
    for (const b of buttons) b.hidden = true;
    continue;
  }
  form.addEventListener('submit', async event => {
    event.preventDefault();
    for (const b of buttons) b.setAttribute('aria-disabled', 'true');
    status.textContent = status.dataset.working;
    try {
      await perform(form);
    } catch (error) {
      const cancelled = error.name === 'NotAllowedError' || error.name === 'AbortError';
      status.textContent = error.text || (cancelled ? status.dataset.cancelled : status.dataset.failed);
    } finally {
      for (const b of buttons) b.removeAttribute('aria-disabled');
    }
  });
}
