// After a refused form: the summary is read first, and its links lead into the field itself.

document.querySelector(".error-summary")?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  const input = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
  if (!input) return;
  event.preventDefault();
  input.focus();
  target.scrollIntoView({ block: "center" });
});
