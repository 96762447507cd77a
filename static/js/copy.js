// Copies the text shown beside the button, where the browser can.
const button = document.querySelector("[data-copy]");
const source = document.querySelector("[data-copy-source]");
if (button && source && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value);
    button.querySelector("[data-copy-label]").hidden = true;
    button.querySelector("[data-copy-done]").hidden = false;
  });
}
