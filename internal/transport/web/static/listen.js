// Lyssna: reads the page's main text aloud with the browser's own voice. The button shows itself
// only when there is a voice on the device itself for the page's language: a voice that sends the
// text away is never used.
const button = document.querySelector('[data-listen]');
const speech = window.speechSynthesis;
const name = button?.textContent;

function voice() {
  const lang = document.documentElement.lang;
  return speech.getVoices().find(v => v.localService && v.lang.toLowerCase().startsWith(lang));
}

function show() {
  if (!voice()) return;
  button.hidden = false;
  button.closest('[data-tools]').hidden = false;
}

function parts() {
  const texts = document.querySelectorAll('main :is(h1, h2, h3, p, li, summary)');
  return [...texts].filter(e => !e.closest('[data-tools]') && e.offsetParent).map(e => e.textContent.trim()).filter(Boolean);
}

function stopped() { button.textContent = name; }

function speak() {
  if (speech.speaking) {
    speech.cancel();
    stopped();
    return;
  }
  const all = parts();
  all.forEach((text, i) => {
    const saying = new SpeechSynthesisUtterance(text);
    saying.lang = document.documentElement.lang;
    saying.voice = voice();
    if (i === all.length - 1) saying.onend = stopped;
    speech.speak(saying);
  });
  button.textContent = button.dataset.stop;
}

if (button && speech) {
  button.addEventListener('click', speak);
  speech.addEventListener?.('voiceschanged', show);
  addEventListener('pagehide', () => speech.cancel());
  show();
}
