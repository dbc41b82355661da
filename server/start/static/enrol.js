/* The code stands behind the # of the address, which a browser never sends: hand it to the app. */
"use strict";

const app = document.body.dataset.app;

const show = () => {
  const raw = window.location.hash.slice(1).toUpperCase().replace(/[^0-9A-Z]/g, "");
  const known = raw.length === 10;
  document.getElementById("with-code").hidden = !known;
  document.getElementById("without-code").hidden = known;
  document.querySelector("a.lang").hash = window.location.hash;
  if (!known) return;
  const code = `${raw.slice(0, 5)}-${raw.slice(5)}`;
  document.getElementById("code").textContent = code;
  document.getElementById("insecure").hidden = window.isSecureContext;
  if (!app) return;
  document.getElementById("open").href = `${app}#/enrol/${code}`;
  if (window.isSecureContext) window.location.replace(`${app}#/enrol/${code}`);
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
