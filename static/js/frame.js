// The frame: the phone menu, « / » to the search box, and no second press on a form being sent.
document.documentElement.classList.add("has-js");

const toggle = document.querySelector("[data-menu-toggle]");
if (toggle) {
  toggle.addEventListener("click", () => {
    const isOpen = toggle.closest(".top").classList.toggle("menu-open");
    toggle.setAttribute("aria-expanded", String(isOpen));
  });
}

document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  const box = document.querySelector("[data-search]");
  if (event.key === "/" && !isTyping && box && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    box.focus();
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

const print = document.querySelector("[data-print]");
if (print) print.addEventListener("click", () => window.print());

const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();

// Filters: open as sent, closed on a phone where they would push the list away.
const filters = document.querySelector("details.filters");
if (filters && window.matchMedia("(max-width: 575.98px)").matches) filters.open = false;
