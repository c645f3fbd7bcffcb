// Makes forms and links smoother. Everything works without it: on any doubt the browser navigates.
//   <form data-enhance="#list">  the answer's #list replaces #list here
//   <a data-enhance="#list">     the same for links
//   <form data-auto>             also submits while one types; data-auto="3000" after three seconds
//   <section id="x" data-poll="15">  is fetched again every 15 seconds while it is seen
const policy = window.trustedTypes?.createPolicy('enhance', { createHTML: text => text });
const parse = text => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');
const running = new Map();
let writing = Promise.resolve();

// fetchPage gives the answer as a document, or throws: only our own pages are trusted.
async function fetchPage(address, options, signal) {
  const answer = await fetch(address, { ...options, signal, headers: { Accept: 'text/html' } });
  const ours = new URL(answer.url).origin === location.origin;
  if (!ours || !(answer.headers.get('content-type') || '').startsWith('text/html')) throw new Error('not a page');
  return { page: parse(await answer.text()), address: answer.url };
}

async function swap(selector, address, options = {}, remember = true) {
  running.get(selector)?.abort();
  const control = new AbortController();
  running.set(selector, control);
  const old = document.querySelector(selector);
  old?.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetchPage(address, options, control.signal);
    const fresh = answer.page.querySelector(selector);
    if (!fresh || !old) throw new Error('the answer lacks ' + selector);
    const focused = document.activeElement?.id;
    old.replaceWith(document.adoptNode(fresh));
    document.title = answer.page.title || document.title;
    if (focused) document.getElementById(focused)?.focus();
    fresh.querySelector('[data-focus]')?.focus();
    announce(fresh.dataset.announce);
    if (remember && (!options.method || options.method === 'GET')) history.pushState({ selector }, '', answer.address);
  } catch (error) {
    if (error?.name === 'AbortError') return;
    old?.removeAttribute('aria-busy');
    if (options.method && options.method !== 'GET') options.form.submit();
    else if (remember) location.assign(address);
  }
}

export function announce(text) {
  const live = document.getElementById('live');
  if (live && text) live.textContent = text;
}

addEventListener('submit', event => {
  const form = event.target;
  const selector = form.dataset.enhance;
  if (!selector || event.defaultPrevented) return;
  event.preventDefault();
  const submitter = event.submitter;
  const sent = new FormData(form, submitter);
  const method = (event.submitter?.getAttribute('formmethod') || form.method).toUpperCase();
  const address = new URL(event.submitter?.getAttribute('formaction') || form.action, location.href);
  if (method === 'GET') {
    address.search = new URLSearchParams(sent);
    swap(selector, address);
    return;
  }
  // One write at a time, each with what stands in the form when its turn comes: the answer to the one
  // before may have given the form a new version.
  writing = writing.then(() => {
    const last = new FormData(form, submitter?.isConnected ? submitter : null);
    return swap(selector, address, { method, body: form.enctype.startsWith('multipart') ? last : new URLSearchParams(last), form });
  });
});

addEventListener('click', event => {
  const link = event.target.closest?.('a[data-enhance]');
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  swap(link.dataset.enhance, link.href);
});

let typing;
addEventListener('input', event => {
  const form = event.target.closest?.('form[data-auto]');
  if (!form) return;
  clearTimeout(typing);
  typing = setTimeout(() => form.requestSubmit(), Number(form.dataset.auto) || 300);
});

addEventListener('popstate', event => { if (event.state?.selector) location.reload(); });

// A page that the browser kept while somebody signed out must not come back by the Back button.
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });

const polled = new WeakMap();
setInterval(() => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll('[data-poll][id]')) {
    const last = polled.get(part) ?? polled.set(part, Date.now()).get(part);
    if (Date.now() - last < Number(part.dataset.poll) * 1000) continue;
    polled.set(part, Date.now());
    swap('#' + CSS.escape(part.id), location.href, {}, false);
  }
}, 1000);

document.querySelector('[data-focus]')?.focus();
