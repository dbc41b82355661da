/* A sheet prints itself. Without script the button stays hidden: the browser's own menu prints. */
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* On a narrow screen the tab of this page may stand outside. */
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

/* One open question at a time. */
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details.confirm") || !event.target.open) return;
  for (const other of document.querySelectorAll("details.confirm[open]")) {
    if (other !== event.target) other.open = false;
  }
}, true);

/* Who types a value of their own has chosen it. */
for (const verdict of document.querySelectorAll(".verdict")) {
  verdict.addEventListener("input", (event) => {
    if (event.target.name === "value") verdict.querySelector("[name=choice]").checked = true;
  });
}
