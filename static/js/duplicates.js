// Shows, while a new sheet is typed, whom in the register it may be. Never blocks.
const place = document.querySelector("[data-duplicates]");
const sheet = document.querySelector("[data-duplicates-of]");
const asked = ["family_name", "given_name", "name_ar", "sex", "birth_date", "phone", "cin", "csrfmiddlewaretoken"];
let latest = 0;
let found = null;
let isPressed = false;

// What is being pressed must stay where it is: leaving a field for « Enregistrer » asks, and the
// answer, put above the button before it is let go, would have the press end beside it, unheard.
const show = () => {
  if (isPressed || found === null) return;
  place.innerHTML = found;
  found = null;
};

async function look() {
  const turn = ++latest;
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(sheet)) {
    if (asked.includes(name)) typed.append(name, value);
  }
  try {
    const answer = await fetch(place.dataset.duplicates, { method: "POST", body: typed, redirect: "error" });
    const text = await answer.text();
    if (!answer.ok || turn !== latest) return;
    found = text;
    show();
  } catch {
    // No network: the sheet is saved all the same, and compared then.
  }
}

if (place && sheet) {
  // Below what is being typed, so that nothing jumps and a phone shows it.
  sheet.querySelector("[name=birth_date]").closest("fieldset").after(place);
  sheet.addEventListener("change", look);
  document.addEventListener("pointerdown", () => (isPressed = true));
  const letGo = () => {
    isPressed = false;
    show();
  };
  // After the click that a press let go makes.
  ["pointerup", "pointercancel"].forEach((end) => document.addEventListener(end, () => setTimeout(letGo)));
}
