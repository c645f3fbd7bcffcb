// Single keys for who works through many cases. Everything has its own link or button; a key only
// presses it. They are silent in fields and with Ctrl, Alt or Command, and can be turned off.
//   <ol data-rows>               j and k walk its rows, by each row's first link
//   <button data-key="t">        is pressed by t; inside a row only when the focus is in that row
//   <a data-key="s" data-key-at="#f-to">   a key can lead further into the page than the link does
const kept = 'varn-keys';
const help = document.querySelector('[data-keys]');
const toggle = help?.querySelector('button');

function on() {
  try { return localStorage.getItem(kept) !== 'off'; } catch { return true; }
}

function name() {
  if (!help) return;
  help.hidden = false;
  toggle.textContent = on() ? toggle.dataset.stop : toggle.dataset.again;
}

toggle?.addEventListener('click', () => {
  try { localStorage.setItem(kept, on() ? 'off' : 'on'); } catch { /* this browser keeps nothing */ }
  name();
});

const rows = () => [...document.querySelectorAll('[data-rows] > li')];

function step(by) {
  const all = rows();
  const now = all.findIndex(row => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
  next?.querySelector('a')?.focus();
}

function press(key) {
  const row = document.activeElement.closest('[data-rows] > li');
  const found = [...document.querySelectorAll('[data-key="' + CSS.escape(key) + '"]')]
    .find(e => !e.closest('[data-rows]') || row?.contains(e));
  if (!found) return false;
  if (found.dataset.keyAt) location.assign(found.href + found.dataset.keyAt);
  else found.click();
  return true;
}

const field = e => e.isContentEditable || e.matches('textarea, select, input:not([type=radio], [type=checkbox])');

addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && event.key.length > 1) return;
  if (!on() || field(document.activeElement) || !/^[a-z]$/.test(event.key)) return;
  if (rows().length && (event.key === 'j' || event.key === 'k')) {
    event.preventDefault();
    step(event.key === 'j' ? 1 : -1);
    return;
  }
  if (!event.repeat && press(event.key)) event.preventDefault();
});

name();
