// Keys for the whole dashboard: / searches, g and a letter goes somewhere, ? helps.
(() => {
  const PATIENCE = 1500;
  let goingSince = 0;

  function isTyping(target) {
    return target.isContentEditable || target.matches("input, textarea, select");
  }

  function search() {
    const field = document.querySelector("main input[type='search']");
    if (field) {
      field.focus();
      field.select();
      return;
    }
    const orders = document.querySelector(".sections a[data-go='o']");
    if (orders) location.assign(`${orders.href}#q`);
  }

  function help() {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) dialog.showModal();
  }

  function go(letter) {
    const link = document.querySelector(`.sections a[data-go="${CSS.escape(letter)}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const wasGoing = Date.now() - goingSince < PATIENCE;
    goingSince = 0;
    if (wasGoing && go(event.key.toLowerCase())) event.preventDefault();
    else if (event.key === "g") goingSince = Date.now();
    else if (event.key === "/" || event.key === "?") {
      event.preventDefault();
      (event.key === "/" ? search : help)();
    }
  });

  // On a phone the sections stand in a row that scrolls.
  const here = document.querySelector(".sections a[aria-current]");
  if (here) here.closest(".sections").scrollLeft = here.offsetLeft - 16;

  // Deferred: the page is read by now.
  if (location.hash === "#q") search();
})();
