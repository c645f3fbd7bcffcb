// Copies the text that stands in data-copied-text, and says so.
const button = document.querySelector('[data-copy]');
const from = document.querySelector('[data-copied-text]');
if (button && from && navigator.clipboard) {
  button.hidden = false;
  button.closest('[data-tools]').hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(from.dataset.copiedText);
    button.textContent = button.dataset.copied;
    document.getElementById('live').textContent = button.dataset.copied;
  });
}
