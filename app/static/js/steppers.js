// .stepper: [data-step="0,25"] adds (or takes off), [data-set="4"] sets; the field keeps comma and limits.
// Whole hundredths inside, so that no sum of decimals drifts.

const hundredths = (text) => {
  const match = /^\s*(-?)(\d*)(?:[.,](\d{0,2}))?\s*$/.exec(text ?? "");
  if (!match || (!match[2] && !match[3])) return null;
  const value = Number(match[2] || 0) * 100 + Number((match[3] ?? "").padEnd(2, "0"));
  return match[1] ? -value : value;
};

const written = (value) => {
  const whole = Math.trunc(value / 100);
  const rest = String(value % 100).padStart(2, "0").replace(/0+$/, "");
  return rest ? `${whole},${rest}` : String(whole);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest(".stepper button[data-step], .stepper button[data-set]");
  if (!button) return;
  const input = button.closest(".stepper").querySelector("input");
  if (input.disabled || input.readOnly) return;
  const least = hundredths(input.dataset.min) ?? 0;
  const most = hundredths(input.dataset.max) ?? Number.MAX_SAFE_INTEGER;
  const wanted =
    button.dataset.set !== undefined
      ? hundredths(button.dataset.set)
      : (hundredths(input.value) ?? 0) + hundredths(button.dataset.step);
  input.value = written(Math.min(most, Math.max(least, wanted)));
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
