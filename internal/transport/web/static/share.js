// Skriv ut and Dela on public pages. Sharing hands over the address and the title, nothing else;
// where the browser can't share, the address is copied.
const print = document.querySelector('[data-print]');
const share = document.querySelector('[data-share]');
const address = location.origin + location.pathname + '?lang=' + document.documentElement.lang;

function show(button) {
  button.hidden = false;
  button.closest('[data-tools]').hidden = false;
}

async function handOver() {
  if (navigator.share) {
    await navigator.share({ title: document.title, url: address }).catch(() => {});
    return;
  }
  await navigator.clipboard.writeText(address);
  document.getElementById('live').textContent = share.dataset.copied;
}

if (print) {
  show(print);
  print.addEventListener('click', () => window.print());
}
if (share && (navigator.share || navigator.clipboard)) {
  show(share);
  share.addEventListener('click', handOver);
}
