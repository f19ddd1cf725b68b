// A field that completes a client account; what was typed is always allowed.

const on = (type, handle, options) => document.addEventListener(type, handle, options);
const lists = new WeakMap();

function choose(combo, option) {
  const input = combo.querySelector("input");
  input.value = option.dataset.value;
  shut(combo);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function shut(combo) {
  const input = combo.querySelector("input");
  combo.querySelector("[role=listbox]").hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(combo, option) {
  const input = combo.querySelector("input");
  for (const each of combo.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", each === option);
  option.id ||= `${input.id}_${[...option.parentNode.children].indexOf(option)}`;
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function complete(combo) {
  const input = combo.querySelector("input");
  const list = combo.querySelector("[role=listbox]");
  const asked = input.value;
  const url = new URL(combo.dataset.combo, location.href);
  url.searchParams.set("q", asked);
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected || input.value !== asked || document.activeElement !== input) return;
  list.innerHTML = await answer.text();
  list.hidden = !list.children.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
}

on("input", ({ target }) => {
  const combo = target.closest("[data-combo]");
  if (!combo || target.getAttribute("role") !== "combobox") return;
  clearTimeout(lists.get(combo));
  lists.set(combo, setTimeout(() => complete(combo), 120));
});

on("keydown", (event) => {
  const combo = event.target.getAttribute?.("role") === "combobox" && event.target.closest("[data-combo]");
  if (!combo) return;
  const list = combo.querySelector("[role=listbox]");
  const options = [...list.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && list.hidden) (event.preventDefault(), complete(combo));
  else if (step && options.length) (event.preventDefault(), mark(combo, options.at((Math.max(at, step > 0 ? -1 : 0) + step) % options.length)));
  else if (event.key === "Enter" && !list.hidden && at >= 0 && !event.ctrlKey) (event.preventDefault(), choose(combo, options[at]));
  else if (event.key === "Escape" && !list.hidden) (event.preventDefault(), event.stopPropagation(), shut(combo));
  else if (event.key === "Tab") shut(combo);
}, true);

on("mousedown", (event) => {
  const option = event.target.closest("[data-combo] [role=option]");
  if (option) (event.preventDefault(), choose(option.closest("[data-combo]"), option));
});
on("focusout", ({ target }) => target.closest("[data-combo]") && shut(target.closest("[data-combo]")));

// What was typed before this came is completed now; what the page brought with it is complete.
const field = document.activeElement;
if (field?.getAttribute("role") === "combobox" && field.value !== field.defaultValue) complete(field.closest("[data-combo]"));
