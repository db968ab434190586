// What only the drawers of the scoring page need is fetched when one is opened: the page itself stays light.

const MODULES = {
  ".error-summary": () => import("./faults.js"),
  "form[data-uploads]": () => import("./evidence.js"),
  "form[data-guard]": () => import("./unsaved.js"),
  "[data-live-search]": () => import("./search.js"),
  '[placeholder="dd/mm/yyyy"]': () => import("./dates.js"),
};

document.addEventListener("htmx:load", ({ target }) => {
  for (const [what, module] of Object.entries(MODULES)) if (target.matches?.(what) || target.querySelector?.(what)) module().catch(() => {});
});
document.addEventListener("click", ({ target }) => target.closest('[data-opens="evidence"]') && MODULES["form[data-uploads]"]().catch(() => {}));
