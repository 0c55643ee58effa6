// A better guess at where the seller is: the browser knows its time zone. What follows from a
// country or a zone is filled in as long as nobody has chosen it by hand.
"use strict";

(() => {
  const form = document.querySelector("form[data-guess]");
  if (!form) return;
  const touched = new Set();
  const field = (name) => form.elements.namedItem(name);

  const choose = (name, value) => {
    const select = field(name);
    if (!value || touched.has(name)) return;
    if ([...select.options].some((option) => option.value === value)) select.value = value;
  };
  const follow = () => {
    choose("country", field("timezone").selectedOptions[0]?.dataset.country);
    choose("currency", field("country").selectedOptions[0]?.dataset.currency);
  };

  choose("timezone", Intl.DateTimeFormat().resolvedOptions().timeZone);
  follow();
  for (const name of ["country", "timezone", "currency", "language"]) {
    field(name).addEventListener("change", () => {
      touched.add(name);
      follow();
    });
  }
})();
