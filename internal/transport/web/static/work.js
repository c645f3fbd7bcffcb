// A form that costs its sender a little work, so that it can be left open for everybody without a riddle:
//   <form data-work="TASK" data-bits="14"> with <input name="answer">
// While the visitor writes, a number is looked for that makes SHA-256 of "TASK number" begin with so many zero
// bits. Without script, or sent before it is found, the form is taken all the same, but fewer of them.
const form = document.querySelector('form[data-work]');

async function work() {
  const { work: task, bits } = form.dataset;
  const write = new TextEncoder();
  for (let n = 0; n < 5_000_000; n++) {
    const sum = new DataView(await crypto.subtle.digest('SHA-256', write.encode(`${task} ${n}`)));
    if (Math.clz32(sum.getUint32(0)) >= Number(bits)) {
      form.elements.answer.value = String(n);
      return;
    }
    if (n % 500 === 499) await new Promise(rest => setTimeout(rest));
  }
}

form?.addEventListener('focusin', () => { if (crypto.subtle) work(); }, { once: true });
