/* The console's own behaviour. Every page works without it, but for maps and large photos. */
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) event.detail.headers["X-CSRF-Token"] = token.content;
});

/* A refusal of an htmx request is a whole page: its heading is said on top of this one. */
document.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  if (answer.status === 401) {
    window.location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  const heading = page.querySelector("h1");
  const line = document.createElement("p");
  line.className = "flash error";
  line.setAttribute("role", "alert");
  line.textContent = heading ? heading.textContent : String(answer.status);
  document.getElementById("main").prepend(line);
  line.scrollIntoView({ block: "center" });
});

/* One open menu at a time; a click elsewhere or Escape closes it. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.person[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.person[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* Choosing from a list narrows the page at once. */
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});
