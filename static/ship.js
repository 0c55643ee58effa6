// The Ship screen by keyboard and scanner; without this file it works by mouse and Enter.
const code = document.getElementById("code");
const isTyping = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");

// A second scan, or a number with a doubt, is typed over rather than behind.
if (code) {
  code.focus();
  code.select();
}
document.querySelector(".ship-list [aria-current]")?.scrollIntoView({ block: "nearest" });

// Some scanners end with two Enters, and fingers slip.
document.querySelector("form[data-parcel]")?.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const follow = (selector) => document.querySelector(selector)?.click();

document.addEventListener("keydown", (event) => {
  if (!code || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = isTyping(event.target);
  if (typing && event.target !== code) return;
  if (event.key === "Escape" && typing) {
    code.blur();
    return;
  }
  const letters = typing ? {} : { j: 1, k: -1, p: "slip", b: "buy", l: "label", Enter: "ship" };
  const wish = { ArrowDown: 1, ArrowUp: -1, ...letters }[event.key];
  if (!wish || (wish === "ship" && event.target !== document.body)) return;
  event.preventDefault();
  if (wish === "slip") follow("[data-slip]");
  else if (wish === "buy" || wish === "label") follow(`[data-${wish}]`);
  else if (wish === "ship") code.form.requestSubmit();
  else follow(`[data-move="${wish}"]`);
});
