// A job's page left open after the session ended: sign in again, rather than show that form inside.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL).pathname;
  if (!answered.endsWith("/avancement/")) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});
