// Dates are typed as dd/mm/yyyy; number keyboards of phones have no slash, so it comes by itself.

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches?.('input[placeholder="dd/mm/yyyy"]') || event.isComposing) return;
  if (!event.inputType?.startsWith("insert") || input.selectionStart !== input.value.length) return;
  const text = input.value.replace(/\/{2,}/g, "/");
  input.value = /^(\d{2}|\d{1,2}\/\d{2})$/.test(text) ? `${text}/` : text;
});
