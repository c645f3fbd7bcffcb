// Copies the text that stands in data-copied-text, or in the element that the button names, and says so.
for (const button of document.querySelectorAll('[data-copy]')) {
  const from = button.dataset.copy ? document.getElementById(button.dataset.copy) : document.querySelector('[data-copied-text]');
  if (!from || !navigator.clipboard) continue;
  button.hidden = false;
  button.closest('[data-tools]').hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(from.dataset.copiedText ?? from.textContent);
    button.textContent = button.dataset.copied;
    document.getElementById('live').textContent = button.dataset.copied;
  });
}
