// Leave quickly: the button is a plain link to /lamna and works without this. Script only hides
// the page at once, keeps it out of the Back button, and listens for Escape pressed three times.
const button = document.getElementById('exit');
const live = document.getElementById('live');

function leave() {
  document.documentElement.hidden = true;
  document.title = '…';
  location.replace(button.href);
}

button?.addEventListener('click', event => {
  event.preventDefault();
  leave();
});

let pressed = 0;
let forget;
addEventListener('keydown', event => {
  if (!button) return;
  if (event.key !== 'Escape') {
    pressed = 0;
    return;
  }
  clearTimeout(forget);
  forget = setTimeout(() => { pressed = 0; }, 2000);
  pressed += 1;
  if (pressed >= 3) leave();
  else live.textContent = pressed === 1 ? button.dataset.once : button.dataset.twice;
});
