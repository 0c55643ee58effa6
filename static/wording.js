// Writing a note: the mail beside the text follows it, and placeholders go in where one writes.
"use strict";

const show = document.getElementById("show-mail");
let field = document.getElementById("id_body");

// A frame that is new has no past: showing a mail in it leaves the browser's "back" alone.
function showMail() {
  const preview = document.getElementById("letter-preview");
  const frame = document.getElementById("letter");
  frame.hidden = !preview.hasAttribute("data-is-whole");
  if (frame.hidden) return;
  const fresh = frame.cloneNode();
  frame.replaceWith(fresh);
  show.form.requestSubmit(show);
}

for (const one of document.querySelectorAll("#id_subject, #id_body")) {
  one.addEventListener("focus", () => {
    field = one;
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-insert]");
  if (!button) return;
  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "letter-preview" || document.getElementById("letter-preview")) showMail();
});

show.hidden = true;
showMail();
