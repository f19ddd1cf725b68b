// The rule editor beyond plain forms: rows pasted from a spreadsheet, fields marked as wrong while somebody types,
// nothing lost that is typed while the server answers.

const on = (type, handle) => document.addEventListener(type, handle);

// ---------- several cells at once go to the server, which reads them all or says which line it cannot
on("paste", (event) => {
  const editor = event.target.closest?.("[data-editor]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const at = event.target.id?.match(/(first|last|revenue)-\d+$/)?.[0];
  if (!editor || !at || !/[\t;]|\n\s*\S/.test(text.trim())) return;
  event.preventDefault();
  const values = { do: "paste", pasted: text, at };
  htmx.ajax("POST", editor.dataset.editor, { source: editor, target: editor, swap: "outerHTML", values });
});

// ---------- what was drawn says which fields are wrong; a field is never replaced under a hand that types
on("htmx:oobAfterSwap", ({ detail }) => {
  const state = document.getElementById(detail.target.id);
  if (!state?.dataset.bad && state?.dataset.bad !== "") return;
  const bad = state.dataset.bad.split(" ");
  for (const field of state.closest("[data-editor]").querySelectorAll("[name=first], [name=last], [name=revenue]")) {
    const wrong = bad.includes(field.id.match(/[a-z]+-\d+$/)?.[0]);
    field.classList.toggle("is-invalid", wrong);
    wrong ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
  }
});

// ---------- a button replaces the fields: what was typed meanwhile is put into the new ones
const values = (editor) => new Map([...editor.querySelectorAll("input[id], select[id]")].map((field) => [field.id, field.value]));
let sent = new Map();
let since = [];

on("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.matches?.("[data-editor]")) sent = values(detail.target);
});
on("htmx:beforeSwap", ({ detail }) => {
  const replaced = detail.target?.matches?.("[data-editor]") && detail.requestConfig.elt !== detail.target;
  since = replaced ? [...values(detail.target)].filter(([id, value]) => sent.has(id) && sent.get(id) !== value) : [];
});
on("htmx:afterSettle", () => {
  for (const [id, value] of since.splice(0)) {
    const field = document.getElementById(id);
    if (!field) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// ---------- the pencil's dialog upon a form has handed its rules back
on("schedule-taken", () => document.getElementById("dialog").close());
