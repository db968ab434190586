// Signing in: show the password, and fill in a demonstration account by one tap.

for (const line of document.querySelectorAll("[data-needs-script]")) line.hidden = false;

document.addEventListener("change", (event) => {
  const input = document.getElementById(event.target.dataset?.showsPassword);
  if (input) input.type = event.target.checked ? "text" : "password";
});

document.addEventListener("click", (event) => {
  const account = event.target.closest("[data-account]");
  if (account) {
    const form = document.getElementById("login-form");
    form.querySelector('[autocomplete="username"]').value = account.dataset.account;
    form.querySelector('[autocomplete="current-password"]').value = account.dataset.password;
    form.querySelector('button[type="submit"], button:not([type])').focus();
  }
});
