// A list to tick: how many are chosen, and one box for the whole page.
document.querySelectorAll("[data-ticks]").forEach((form) => {
  const boxes = [...form.querySelectorAll("input[name=people]")];
  const count = form.querySelector("[data-tick-count]");
  const bar = count.parentElement;
  const invitation = count.textContent;
  const label = form.querySelector("[data-tick-all]");
  const all = label.querySelector("input");

  const show = () => {
    const n = boxes.filter((box) => box.checked).length;
    count.textContent = n === 0 ? invitation : `${n} ${n === 1 ? count.dataset.one : count.dataset.many}`;
    bar.classList.toggle("is-ticking", n > 0);
    all.checked = n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  };

  label.hidden = false;
  all.addEventListener("change", () => {
    boxes.forEach((box) => {
      box.checked = all.checked;
    });
    show();
  });
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
});
