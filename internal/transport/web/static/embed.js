// A person, a body or everybody of the directory in the municipality's own page:
//   <script type="module" src="https://varn.kommun.se/embed/v1/fil/embed.js"></script>
//   <varn-kontakt src="https://varn.kommun.se" person="asta-lindvik"><a href="https://varn.kommun.se/kontakt/asta-lindvik">Asta Lindvik</a></varn-kontakt>
//   <varn-kontakt src="…" organ="socialnamnden">…</varn-kontakt>
// What is fetched is shown in a shadow tree, so that neither page's style reaches the other. Without script, or
// when nothing can be fetched, the link in it stays. No cookie is sent.
const policy = globalThis.trustedTypes?.createPolicy('varn-embed', { createHTML: s => s });

class VarnKontakt extends HTMLElement {
  async connectedCallback() {
    try {
      const base = new URL(this.getAttribute('src'));
      const what = this.hasAttribute('person') ? 'person' : this.hasAttribute('organ') ? 'organ' : 'alla';
      const at = new URL(`/embed/v1/del/${what}`, base);
      at.searchParams.set('slug', this.getAttribute(what) ?? '');
      at.searchParams.set('lang', this.closest('[lang]')?.lang.slice(0, 2) || 'sv');
      const ask = { mode: 'cors', credentials: 'omit' };
      const [part, style] = await Promise.all([fetch(at, ask), fetch(new URL('/embed/v1/fil/embed.css', base), ask)]);
      if (!part.ok || !style.ok) return;
      const html = await part.text();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(await style.text());
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [sheet];
      root.innerHTML = policy ? policy.createHTML(html) : html;
    } catch { /* the link stays */ }
  }
}
customElements.define('varn-kontakt', VarnKontakt);
