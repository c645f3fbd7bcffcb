// An invitation's link carries its code after a #, which browsers keep to themselves: it reaches
// no server, no log and no other site. Here it is moved into the form and out of the address.
const field = document.querySelector('input[data-from-address]');
const code = decodeURIComponent(location.hash.slice(1));
if (field && /^[\w-]{20,100}$/.test(code)) {
  field.value = code;
  history.replaceState(null, '', location.pathname + location.search);
}
