// What the pages do beyond plain links and forms. Every page works without this file.

const dialog = document.getElementById("dialog");
const on = (type, handle, options) => document.addEventListener(type, handle, options);
const fields = "input:not([type=hidden]), textarea, select, [contenteditable], [role=combobox]";

// ---------- the dialog: [data-dialog] links load their page's form into it
function open(url) {
  htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" });
}

on("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey && event.button === 0;
  if (link && dialog && plain) {
    event.preventDefault();
    open(link.href);
  }
  if (event.target.closest("[data-close]")) dialog?.close();
});

// What was saved in the dialog shows on the page behind it.
dialog?.addEventListener("close", () => {
  dialog.replaceChildren();
  if (dialog.dataset.stale) location.reload();
});

// A whole page instead of a part: the session has ended. A list that is searched takes its part of the page.
on("htmx:beforeSwap", ({ detail }) => {
  if (!/^\s*<!doctype/i.test(detail.serverResponse)) return;
  if (new URL(detail.xhr.responseURL).pathname === detail.requestConfig.elt.getAttribute("hx-get")) return;
  detail.shouldSwap = false;
  location.assign(detail.xhr.responseURL);
});

// The focus is set at once: whoever is quick types into the field that they chose, not into the first one.
let opening = false;
on("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== dialog) return;
  opening = !dialog.open;
  if (opening) (dialog.showModal(), focusFirst());
  if (dialog.querySelector("[data-stale]")) dialog.dataset.stale = "yes";
});

// In a dialog that was open before, after htmx has set the focus on its own.
on("htmx:afterSettle", ({ detail }) => {
  if (detail.target !== dialog) return focusErrors(detail.target);
  if (!opening) focusFirst();
  opening = false;
});

function focusFirst() {
  if (!focusErrors(dialog)) (dialog.querySelector("[autofocus]") ?? dialog.querySelector(fields))?.focus();
}

// ---------- what is unfolded stays so when its part of the page is drawn again
let unfolded = [];
on("htmx:beforeSwap", () => (unfolded = [...document.querySelectorAll("details[open][id]")].map(({ id }) => id)));
on("htmx:afterSwap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
});

// ---------- a form that is kept at each change: an answer older than what it holds by now is not drawn over it
let entered = 0;
on("input", ({ target }) => target.closest("[data-kept]") && (entered = performance.now()), true);
on("htmx:beforeRequest", ({ detail }) => (detail.xhr.asked = performance.now()));
on("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.querySelector("[data-kept]") && entered > detail.xhr.asked) detail.shouldSwap = false;
});

// ---------- a refused save: the summary takes the focus
function focusErrors(within) {
  const summary = within.querySelector("[data-errors]");
  summary?.focus();
  return summary;
}
focusErrors(document);

// ---------- an error goes when its field is changed; while typing, so that no button moves under the pointer
on("input", ({ target }) => {
  if (!target.matches("[aria-invalid]")) return;
  target.removeAttribute("aria-invalid");
  target.classList.remove("is-invalid");
  document.getElementById(`${target.id}_error`)?.remove();
});

// ---------- keys: C adds a contribution, Ctrl+Enter saves
on("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.target.form?.requestSubmit(event.target.form.querySelector(".btn-primary[type=submit], .btn-primary:not([type])"));
  }
  const typing = event.target.closest(fields) || document.querySelector("dialog[open]");
  const bare = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !event.repeat;
  if (event.key !== "c" || typing || !bare || document.body.dataset.shortcuts === "off") return;
  const add = document.querySelector("[data-quick-add]");
  if (add) (event.preventDefault(), add.click());
});

// ---------- a form is sent once; coming back frees it again
on("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  const tooLarge = form.querySelector("[data-too-large]:not([hidden])");
  if (form.dataset.sent || tooLarge) return event.preventDefault(), event.stopPropagation();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 8000);
}, true);
on("htmx:afterRequest", ({ detail }) => delete detail.elt.dataset.sent);
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// ---------- a request that failed says so where the work is, and keeps what was entered
for (const type of ["htmx:responseError", "htmx:sendError", "htmx:timeout", "allauth.error"]) {
  on(type, ({ detail }) => {
    document.querySelector("[data-trouble]")?.remove();
    const note = document.getElementById("trouble")?.content.firstElementChild.cloneNode(true);
    const place = detail.elt?.closest("form")?.querySelector(".k-dialog-b") ?? document.querySelector(".k-auth-c, .k-plain > div, main");
    place.prepend(note ?? "");
    note?.focus();
  });
}

// ---------- selects that apply at once, copying, selecting all rows
on("change", ({ target }) => {
  if (target.matches("[data-autosubmit]")) target.form.requestSubmit();
  if (target.matches("[data-all]")) {
    const boxes = document.querySelectorAll(`input[name="${target.dataset.all}"]`);
    boxes.forEach((box) => (box.checked = target.checked));
  }
});

on("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const source = button.dataset.copy;
  const text = source === "link" ? location.href : document.querySelector(source).innerText;
  await navigator.clipboard.writeText(text);
  const said = button.querySelector("[data-copied]") ?? button;
  const before = said.textContent;
  said.textContent = "Copied";
  setTimeout(() => (said.textContent = before), 2000);
});

// ---------- a file over the limit is said before it is sent, and not sent
on("change", ({ target }) => {
  const note = target.type === "file" && target.form?.querySelector("[data-too-large]");
  if (note) note.hidden = !target.files[0] || target.files[0].size <= Number(note.dataset.tooLarge);
});

// ---------- menus: a popover stands below its button where CSS cannot place it
if (!CSS.supports("position-area", "block-end")) {
  on("toggle", ({ target, newState }) => {
    if (newState !== "open" || !target.matches(".k-menu")) return;
    const button = document.querySelector(`[popovertarget="${target.id}"]`).getBoundingClientRect();
    const below = innerHeight - button.bottom > target.offsetHeight + 8;
    target.style.margin = 0;
    target.style.top = `${below ? button.bottom + 4 : Math.max(4, button.top - target.offsetHeight - 4)}px`;
    target.style.left = `${Math.max(4, Math.min(button.left, innerWidth - target.offsetWidth - 4))}px`;
  }, true);
}

// ---------- combobox: its script comes with the first field that needs it
on("focusin", ({ target }) => target.closest("[data-combo]") && import(document.body.dataset.combobox));
