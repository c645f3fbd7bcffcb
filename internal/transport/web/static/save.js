// Saves a long form as it is filled in: a moment after a field is left, what stands in the form is sent to its own
// address, and the version that stands saved comes back. Nothing is kept in the browser. On any doubt it stops:
// the form's own buttons say what is wrong.
const form = document.querySelector('form[data-save]');
const said = form?.querySelector('[data-save-status]');
let waiting, pressed;
let busy = false, more = false, stopped = false;

async function send() {
  const sent = new FormData(form);
  sent.set('act', 'stay');
  const answer = await fetch(location.href, { method: 'POST', body: new URLSearchParams(sent), headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error('not saved');
  const saved = await answer.json();
  form.elements._version.value = saved.version;
  form.elements._once.value = saved.once;
  said.textContent = saved.text;
}

async function save() {
  if (stopped) return;
  more = busy;
  if (busy) return;
  busy = true;
  try { await send(); } catch { stopped = true; }
  busy = false;
  if (pressed) form.requestSubmit(pressed);
  else if (more) save();
}

if (form) {
  form.addEventListener('change', () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 2000);
  });
  form.addEventListener('submit', event => {
    clearTimeout(waiting);
    if (!busy) return;
    event.preventDefault(); // the version that is being saved is waited for
    pressed = event.submitter;
  });
}
