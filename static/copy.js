// Buttons that copy a text: shown only where copying works.
function offer(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(field.value ?? field.textContent);
  button.textContent = button.dataset.done;
});

offer(document);
document.addEventListener("htmx:afterSwap", () => offer(document));
