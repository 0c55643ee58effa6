// The list of orders: one click ticks all of the page, and the number of ticks is shown.
"use strict";
(() => {
  const form = document.getElementById("bulk");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=order]")];
  const shown = document.getElementById("ticked");
  function count() {
    const ticked = boxes.filter((box) => box.checked).length;
    shown.textContent = ticked ? `(${ticked})` : "";
  }
  document.getElementById("tick-all").addEventListener("click", (event) => {
    event.preventDefault();
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    count();
  });
  form.addEventListener("change", count);
  count();
})();
