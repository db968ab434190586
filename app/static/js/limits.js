// A field takes only so many characters, and browsers cut what is pasted beyond them without a word: it is said.

const words = document.getElementById("notice-words")?.dataset;

document.addEventListener("input", ({ target }) => {
  if (!words?.limit || !target.matches?.("textarea[maxlength]")) return;
  const full = target.value.length >= target.maxLength;
  let line = target.nextElementSibling?.matches("[data-limit-reached]") ? target.nextElementSibling : null;
  if (!full) return void line?.remove();
  if (line) return;
  line = document.createElement("p");
  line.className = "hint warn-text";
  line.dataset.limitReached = "";
  line.setAttribute("role", "status");
  line.textContent = words.limit.replace("{number}", target.maxLength.toLocaleString("vi-VN"));
  target.after(line);
});
