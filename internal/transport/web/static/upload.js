// Sends files by the tus 1.0 protocol, so that a broken connection or a restarted server costs
// nothing: <input type="file" name="file" data-tus="/fil"> inside a form. Without script the form
// sends the files itself. With it, each file is sent when it is chosen, and the form then carries
// the uploads' addresses in hidden fields named like the input + "_upload".
// Texts stand in data attributes of the input: data-sending, data-waiting, data-sent, data-failed
// ({0} is the file's name, {1} the percent).
const step = 8 << 20;
const patience = 20; // tries without one byte getting through: about five minutes

const sleep = ms => new Promise(done => setTimeout(done, ms));
const fill = (text, ...values) => values.reduce((s, v, i) => s.replace(`{${i}}`, v), text);
const base64 = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

const ask = (method, address, headers, body) =>
  fetch(address, { method, headers: { 'Tus-Resumable': '1.0.0', ...headers }, body });

// mark names a file in this tab's memory without telling its name to who looks there.
async function mark(endpoint, file) {
  const text = [endpoint, file.name, file.size, file.lastModified].join('\n');
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return 'upload-' + base64(String.fromCharCode(...new Uint8Array(sum.slice(0, 12))));
}

class Refused extends Error {}

async function create(endpoint, file) {
  const answer = await ask('POST', endpoint, {
    'Upload-Length': String(file.size),
    'Upload-Metadata': 'filename ' + base64(file.name) + ',filetype ' + base64(file.type || 'application/octet-stream'),
  });
  if (answer.status === 201) return new URL(answer.headers.get('Location'), new URL(endpoint, location.href)).pathname;
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw new Refused();
  throw new Error('not created');
}

// offset is how much the server has; undefined when it no longer knows the upload.
async function offset(address) {
  const answer = await ask('HEAD', address, {});
  if (answer.status === 404 || answer.status === 410) return undefined;
  if (!answer.ok) throw new Error('no offset');
  return Number(answer.headers.get('Upload-Offset'));
}

async function append(address, file, from) {
  const answer = await ask('PATCH', address, {
    'Upload-Offset': String(from), 'Content-Type': 'application/offset+octet-stream',
  }, file.slice(from, from + step));
  if (answer.status === 413 || answer.status === 403) throw new Refused();
  if (answer.status !== 204) throw new Error('not appended');
  return Number(answer.headers.get('Upload-Offset'));
}

// send gives the finished upload's address. Every failure but a refusal is waited out.
export async function send(endpoint, file, progress) {
  const name = await mark(endpoint, file);
  let address = sessionStorage.getItem(name);
  let at = address ? undefined : 0;
  for (let tries = 0; ;) {
    try {
      if (!address) {
        address = await create(endpoint, file);
        sessionStorage.setItem(name, address);
        at = 0;
      }
      if (at === undefined) at = await offset(address);
      if (at === undefined) {
        address = null;
        continue;
      }
      progress(at / Math.max(1, file.size), false);
      if (at >= file.size) {
        sessionStorage.removeItem(name);
        return address;
      }
      at = await append(address, file, at);
      tries = 0;
    } catch (error) {
      if (error instanceof Refused || ++tries > patience) {
        sessionStorage.removeItem(name);
        throw error;
      }
      at = address ? undefined : 0;
      progress(undefined, true);
      await sleep(Math.min(20000, 250 * 2 ** tries));
    }
  }
}

// line shows one file's progress: a bar for the eye, words for everyone.
function line(input, file) {
  const item = document.createElement('li');
  const text = document.createElement('span');
  const bar = document.createElement('progress');
  bar.max = 1;
  bar.setAttribute('aria-label', file.name);
  item.append(text, bar);
  let said = -1;
  const show = (part, waiting) => {
    if (part !== undefined) bar.value = part;
    const percent = Math.floor(bar.value * 100);
    text.textContent = fill(waiting ? input.dataset.waiting : input.dataset.sending, file.name, percent);
    const tens = Math.floor(percent / 25);
    if (waiting || tens !== said) document.getElementById('live').textContent = text.textContent;
    said = tens;
  };
  const done = key => {
    text.textContent = fill(input.dataset[key], file.name);
    document.getElementById('live').textContent = text.textContent;
    bar.remove();
  };
  return { item, show, done };
}

function hidden(input, value) {
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = input.name + '_upload';
  field.value = value;
  return field;
}

async function chosen(input, list, running) {
  const files = [...input.files];
  input.value = ''; // the form itself must not send them again
  await Promise.all(files.map(async file => {
    const { item, show, done } = line(input, file);
    list.append(item);
    show(0, false);
    const job = send(input.dataset.tus, file, show).then(address => {
      done('sent');
      item.append(hidden(input, address));
    }, () => done('failed'));
    running.add(job);
    await job;
    running.delete(job);
  }));
}

for (const input of document.querySelectorAll('input[type="file"][data-tus]')) {
  const list = document.createElement('ul');
  list.className = 'uploads';
  input.closest('.ds-field').append(list);
  const running = new Set();
  input.addEventListener('change', () => chosen(input, list, running));
  input.form.addEventListener('submit', event => {
    if (!running.size) return;
    event.preventDefault();
    const again = event.submitter;
    Promise.allSettled([...running]).then(() => input.form.requestSubmit(again));
  });
}
