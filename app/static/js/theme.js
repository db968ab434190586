// Light, dark or as the device says: shown at once, and kept in the account by the form around the buttons.

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!event.target.matches("[data-theme-form]") || button?.name !== "theme") return;
  event.preventDefault();
  if (button.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = button.value;
  for (const other of event.target.querySelectorAll('[name="theme"]')) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  const body = new URLSearchParams(new FormData(event.target));
  body.set("theme", button.value);
  // Without a network the look still changes; the account learns of it another time.
  await fetch(event.target.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
});
