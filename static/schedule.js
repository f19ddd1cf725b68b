// The rule editor beyond plain forms: rows pasted from a spreadsheet, fields marked as wrong while typing.

const on = (type, handle) => document.addEventListener(type, handle);

// ---------- several cells at once go to the server, which reads them all or says which line it cannot
on("paste", (event) => {
  const editor = event.target.closest?.("[data-editor]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const cells = /[\t;]|\n\s*\S/.test(text.trim());
  if (!editor || !cells || !/^(first|last|revenue)-\d+$/.test(event.target.id)) return;
  event.preventDefault();
  htmx.ajax("POST", editor.dataset.editor, {
    source: editor,
    target: editor,
    swap: "outerHTML",
    values: { do: "paste", pasted: text, at: event.target.id },
  });
});

// ---------- what was drawn says which fields are wrong; the fields themselves are never replaced under a hand
on("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target.id !== "drawn-bad") return;
  const bad = document.getElementById("drawn-bad").dataset.bad.split(" ");
  for (const field of document.querySelectorAll("[data-editor] [id^=first-], [data-editor] [id^=last-], [data-editor] [id^=revenue-]")) {
    const wrong = bad.includes(field.id);
    field.classList.toggle("is-invalid", wrong);
    wrong ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
  }
});
