// A job's page left open after the session ended: sign in again, rather than show that form inside.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseURL.includes("/avancement/")) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});
