// What the server would refuse for certain is said on the device, before it is queued: an empty text, and a day that
// does not exist. As app/vietnamese.py reads days; what this cannot judge the server decides.

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const WRITTEN = /^(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d+)$/;

export function isDay(text) {
  const plain = text.trim();
  if (!plain || /[^\d\s/.-]/.test(plain)) return !/^[^\s\d]+$/.test(plain); // «ngày 8 tháng 9 năm 2025»
  let [, year, month, day] = ISO.exec(plain) ?? [];
  if (!year) [, day, month, year] = WRITTEN.exec(plain) ?? [];
  const date = new Date(Date.UTC(Number(year), month - 1, Number(day)));
  return year >= 1900 && year <= 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day);
}

function say(input, sentence) {
  const field = input.closest(".field");
  const line = document.createElement("p");
  line.className = "error";
  line.id = `${input.id}-device`;
  line.setAttribute("role", "alert");
  line.dataset.device = "";
  line.textContent = sentence;
  field.classList.add("has-error");
  field.append(line);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", line.id);
}

// true: there is nothing to say.
export function check(form, words) {
  for (const line of form.querySelectorAll("[data-device]")) {
    const field = line.closest(".field");
    field.classList.remove("has-error");
    field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    line.remove();
  }
  const text = form.elements.text;
  if (!text.value.trim()) say(text, words.empty);
  for (const day of form.querySelectorAll('[placeholder="dd/mm/yyyy"]')) if (!isDay(day.value)) say(day, words.badDay);
  const first = form.querySelector('[aria-invalid="true"]');
  first?.focus();
  first?.scrollIntoView({ block: "center" });
  return !form.querySelector("[data-device]");
}
