/* The code stands behind the # of the address, which a browser never sends. Show it for typing. */
"use strict";

const show = () => {
  const raw = window.location.hash.slice(1).toUpperCase().replace(/[^0-9A-Z]/g, "");
  const known = raw.length === 10;
  document.getElementById("with-code").hidden = !known;
  document.getElementById("without-code").hidden = known;
  if (known) document.getElementById("code").textContent = `${raw.slice(0, 5)}-${raw.slice(5)}`;
};

const copy = document.getElementById("copy");
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById("code").textContent);
    copy.textContent = copy.dataset.done;
  });
}

window.addEventListener("hashchange", show);
show();
