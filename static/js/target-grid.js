// The sums of the grid follow what is typed; the server computes them anew when it is saved.
const digits = (text) => text.replace(/[\s\u202f\u00a0]/g, "");

document.querySelectorAll("[data-grid-total]").forEach((total) => {
  const cells = document.querySelectorAll(`tbody [data-grid-cell="${total.dataset.gridTotal}"]`);
  const refresh = () => {
    const given = [...cells].map((cell) => digits(cell.value)).filter((text) => /^\d+$/.test(text));
    const sum = given.reduce((soFar, text) => soFar + Number(text), 0);
    total.textContent = given.length ? String(sum).replace(/\B(?=(\d{3})+$)/g, "\u202f") : "–";
  };
  cells.forEach((cell) => cell.addEventListener("input", refresh));
  refresh();
});
