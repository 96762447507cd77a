// What is typed in a form marked data-draft stays on this device, for this person and address,
// until the server confirms the save: the end of a session or a lost network loses no typing.
// Never the CIN, a password or a file; nothing stays after signing out or after three days.
const PREFIX = "brouillon:";
const PENDING = "brouillon-envoye";
const KEPT_MS = 3 * 24 * 3600 * 1000;
const SECRET = /^(csrfmiddlewaretoken|.*cin.*|.*password.*)$/;
const user = document.body.dataset.user;
const address = location.pathname + location.search;

const clear = () => {
  Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .forEach((key) => localStorage.removeItem(key));
  sessionStorage.removeItem(PENDING);
};

const read = (key) => {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < KEPT_MS ? draft : null;
  } catch {
    return null;
  }
};

const controls = (form) =>
  [...form.elements].filter(
    (control) => control.name && !SECRET.test(control.name) && !/^(file|password|submit|button)$/.test(control.type),
  );
const isTicked = (control) => control.type === "checkbox" || control.type === "radio";

const typed = (form) => {
  const values = {};
  controls(form).forEach((control) => {
    if (!isTicked(control)) values[control.name] = control.value;
    else if (control.checked) (values[control.name] ||= []).push(control.value);
    else values[control.name] ||= [];
  });
  return values;
};

const fill = (form, values) => {
  controls(form).forEach((control) => {
    if (!(control.name in values)) return;
    if (isTicked(control)) control.checked = values[control.name].includes(control.value);
    else control.value = values[control.name];
  });
};

// Going back after saving, a browser may load the page anew and put the typing back: the form then
// is still the one that was sent, and says so by the same client_id, or it would make a second sheet.
const identify = (form, isKnown) => {
  const own = form.elements.namedItem("client_id");
  if (!own) return;
  const before = history.state && history.state.clientId;
  if (before && !isKnown) own.value = before;
  else history.replaceState({ ...history.state, clientId: own.value }, "");
};

const keep = (form, key) => {
  const note = form.querySelector("[data-draft-note]");
  const drop = form.querySelector("[data-draft-drop]");
  const show = (isKept) => [note, drop].forEach((part) => part && (part.hidden = !isKept));
  // A form sent back by the server already holds what was typed, and says why.
  const wasSentBack = document.querySelector("[data-error-summary]");
  const draft = read(key);
  if (draft && !wasSentBack) fill(form, draft.values);
  show(Boolean(draft));
  identify(form, Boolean(draft) || Boolean(wasSentBack));
  const store = () => {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: typed(form) }));
    show(true);
  };
  form.addEventListener("input", store);
  form.addEventListener("change", store);
  form.addEventListener("submit", () => {
    sessionStorage.setItem(PENDING, JSON.stringify({ key, path: location.pathname }));
  });
  if (drop) {
    drop.addEventListener("click", () => {
      localStorage.removeItem(key);
      location.reload();
    });
  }
  // Somebody else saved first, and their version is taken instead of what was typed.
  const abandon = document.querySelector("[data-draft-abandon]");
  if (abandon) abandon.addEventListener("click", () => localStorage.removeItem(key));
};

// Saved: the page that answers a form sent is another one, and its reader still signed in.
const confirmSaved = () => {
  const pending = JSON.parse(sessionStorage.getItem(PENDING) || "null");
  sessionStorage.removeItem(PENDING);
  if (pending && user && location.pathname !== pending.path) localStorage.removeItem(pending.key);
};

const start = () => {
  Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX) && !read(key))
    .forEach((key) => localStorage.removeItem(key));
  confirmSaved();
  if (!user) return;
  document.querySelectorAll("form[data-draft]").forEach((form) => keep(form, `${PREFIX}${user}:${address}`));
  const out = document.querySelector("[data-sign-out]");
  if (out) out.addEventListener("submit", clear);
};

try {
  start();
} catch (problem) {
  // A browser that keeps nothing (private window, full storage) still fills in forms.
  console.info(problem.message);
}
