/* What stands behind the # belongs to the address, but never reaches the server: add it here. */
"use strict";

const address = document.getElementById("address");
const button = document.getElementById("copy");

const show = () => {
  address.textContent = address.textContent.split("#")[0] + window.location.hash;
  const other = document.querySelector("a.lang");
  other.hash = window.location.hash;
};

/* Chat programs often have no clipboard for pages; the old way copies what is selected. */
const select = () => {
  const range = document.createRange();
  range.selectNodeContents(address);
  const chosen = window.getSelection();
  chosen.removeAllRanges();
  chosen.addRange(range);
};

button.hidden = false;
button.addEventListener("click", async () => {
  select();
  let done = document.execCommand("copy");
  if (!done && navigator.clipboard) {
    done = await navigator.clipboard.writeText(address.textContent).then(() => true, () => false);
  }
  if (done) button.textContent = button.dataset.done;
});

window.addEventListener("hashchange", show);
show();
