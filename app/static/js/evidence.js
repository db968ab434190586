// <form data-uploads>: files are sent one by one with their progress; the form's own post serves without scripts.
// A picture is made smaller on the device first: less to send, no place in it, and HEIC becomes JPEG where the
// browser can read it. One file, one request, one op_id: sending it again never stores it twice.

const LONGEST = 2560;
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const waiting = new Set();
let last = Promise.resolve();
let signedOut = false;

for (const form of document.querySelectorAll("form[data-uploads]")) prepare(form);
document.addEventListener("htmx:load", (event) => {
  for (const form of event.target.querySelectorAll?.("form[data-uploads]") ?? []) prepare(form);
});

function prepare(form) {
  for (const input of form.querySelectorAll('[type="file"]')) {
    if (!input.matches("[data-camera]")) input.multiple = true;
    // Chosen before this module was there.
    if (input.files.length) setTimeout(() => input.dispatchEvent(new Event("change", { bubbles: true })));
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-uploads]");
  if (!form || event.target.type !== "file") return;
  for (const file of event.target.files) take(form, file);
  event.target.value = "";
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-uploads]")) event.preventDefault();
}, true);

window.addEventListener("beforeunload", (event) => waiting.size && event.preventDefault());

function take(form, file) {
  const row = form.querySelector("[data-row]").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = file.name;
  row.querySelector("progress").setAttribute("aria-label", file.name);
  form.querySelector("[data-sending]").append(row);
  const upload = { form, file, row, id: crypto.randomUUID() };
  row.querySelector("[data-again]").addEventListener("click", () => queue(upload));
  row.querySelector("[data-drop]").addEventListener("click", () => {
    waiting.delete(upload);
    row.remove();
  });
  queue(upload);
}

// One after the other: a weak network carries one picture at a time best.
function queue(upload) {
  waiting.add(upload);
  show(upload, "");
  last = last.then(() => send(upload));
}

function show({ row }, fault, again = true) {
  row.querySelector(".error").hidden = !fault;
  row.querySelector("[data-fault]").textContent = fault;
  row.querySelector("[data-again]").hidden = !fault || !again;
  row.querySelector("[data-drop]").hidden = !fault;
  row.querySelector("progress").hidden = Boolean(fault);
  if (fault) row.querySelector(".error").setAttribute("role", "alert");
}

async function send(upload) {
  const { form, row } = upload;
  const words = form.querySelector("[data-words]").dataset;
  upload.small ??= await smaller(upload.file);
  if (upload.small.size > Number(form.dataset.most)) return refuse(upload, words.large);
  const body = new FormData();
  body.set("op_id", upload.id);
  body.set("caption", "");
  body.set("file", upload.small, upload.small.name);
  if (signedOut && !(await signedInAgain(form))) return show(upload, words.signedOut);
  const reply = await post(form.action, body, (part) => (row.querySelector("progress").value = part));
  if (reply.status === 200 && reply.op === upload.id) return stored(upload, reply.html, words);
  if (!reply.status) return show(upload, words.offline);
  if (reply.status === 401 || reply.status === 400) {
    signedOut = true;
    return show(upload, words.signedOut);
  }
  const said = new DOMParser().parseFromString(reply.html, "text/html").querySelector(".alert[data-code]");
  const sentence = said?.textContent.trim();
  if (sentence && reply.status < 500) return refuse(upload, sentence);
  show(upload, sentence || words.failed);
}

// The new session has a new token. Only the person who chose the files may send them: a shared tablet must not
// put one person's pictures under another's name.
async function signedInAgain(form) {
  const reply = await fetch(form.action, { headers: { "HX-Request": "true" } }).catch(() => null);
  const page = reply?.ok ? new DOMParser().parseFromString(await reply.text(), "text/html") : null;
  const fresh = page?.querySelector(`form[data-uploads][data-person="${form.dataset.person}"] [name="csrf_token"]`);
  if (!fresh) return false;
  document.querySelector('meta[name="csrf-token"]').content = fresh.value;
  signedOut = false;
  return true;
}

// Nothing is lost by leaving: the same file would be refused again.
function refuse(upload, sentence) {
  waiting.delete(upload);
  show(upload, sentence, false);
}

function stored(upload, html, words) {
  const { form, row, file } = upload;
  waiting.delete(upload);
  row.remove();
  const item = new DOMParser().parseFromString(html, "text/html").querySelector(".evidence-item");
  const section = form.closest(".evidence");
  const list = section.querySelector(".evidence-list");
  if (item && !document.getElementById(item.id)) list.append(item);
  globalThis.htmx?.process(list);
  count(section);
  form.querySelector("[data-says]").textContent = words.stored.replace("{name}", file.name);
}

// The figure at the heading, and at the card of the criterion the drawer belongs to.
function count(section) {
  section.querySelector("[data-files]").textContent = section.querySelectorAll(".evidence-item").length;
  const drawer = section.closest("[data-evidence]");
  const shown = drawer && document.querySelector(`[data-evidence-count="${CSS.escape(drawer.dataset.evidence)}"]`);
  if (!shown) return;
  shown.textContent = drawer.querySelectorAll(".evidence-item").length;
  shown.hidden = shown.textContent === "0";
}
document.addEventListener("htmx:afterSettle", () => {
  for (const section of document.querySelectorAll("[data-evidence] .evidence")) count(section);
});

function post(address, body, progress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("X-Requested-With", "soat");
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => done({ status: request.status, html: request.responseText, op: request.getResponseHeader("Soat-Op") }));
    for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, () => done({ status: 0, html: "", op: null }));
    request.timeout = 180000;
    request.send(body);
  });
}

// A picture the browser can read becomes an upright JPEG; everything else goes as it is, the server knows.
async function smaller(file) {
  const heic = /\.(heic|heif)$/i.test(file.name) || /^image\/hei[cf]/.test(file.type);
  if (!heic && !/^image\/(jpeg|webp|png)$/.test(file.type)) return file;
  if (!heic && file.size < 1_500_000) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
    if (!jpeg || (!heic && jpeg.size >= file.size)) return file;
    return new File([jpeg], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file; // HEIC outside Safari, a damaged picture: the server says what to do
  }
}
