// Marks on a picture with a pen, before it is sent: open(template, blob, name) → {name, type, bytes}, or null.
// Drawn with finger, pen or mouse; nothing has to be drawn, and everything else is a button.

import { asJpeg } from "./camera.js";

const LONGEST = 1600;

export async function open(template, blob, name) {
  const picture = await createImageBitmap(blob, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  const dialog = template.content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  const canvas = dialog.querySelector("canvas");
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const brush = canvas.getContext("2d");
  const strokes = [];
  let stroke = null;

  function line({ colour, width, points }) {
    brush.strokeStyle = brush.fillStyle = colour;
    brush.lineWidth = width;
    brush.lineCap = brush.lineJoin = "round";
    brush.beginPath();
    brush.moveTo(...points[0]);
    for (const point of points.slice(1)) brush.lineTo(...point);
    if (points.length === 1) brush.lineTo(points[0][0] + 0.1, points[0][1]);
    brush.stroke();
  }
  function drawAll() {
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    strokes.forEach(line);
    for (const act of ["undo", "clear"]) dialog.querySelector(`[data-does="${act}"]`).disabled = !strokes.length;
  }
  const chosen = (group) => dialog.querySelector(`input[name="${group}"]:checked`).value;
  const at = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [((clientX - box.left) / box.width) * canvas.width, ((clientY - box.top) / box.height) * canvas.height];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (stroke || event.button > 0) return; // a second finger, the palm beside the pen
    canvas.setPointerCapture(event.pointerId);
    const width = (Math.max(canvas.width, canvas.height) / 1000) * Number(chosen("pen-width"));
    stroke = { id: event.pointerId, colour: chosen("pen-colour"), width, points: [at(event)] };
    strokes.push(stroke);
    drawAll();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== stroke?.id) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) stroke.points.push(at(one));
    drawAll();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => event.pointerId === stroke?.id && (stroke = null));

  // Neither Escape nor a tap beside the picture throws marks away; the drawer below does not hear of them.
  dialog.addEventListener("cancel", (event) => strokes.length && event.preventDefault());
  for (const heard of ["keydown", "click"]) dialog.addEventListener(heard, (event) => event.stopPropagation());

  drawAll();
  dialog.showModal();
  return new Promise((done) => {
    async function end(made) {
      dialog.close();
      dialog.remove();
      picture.close();
      done(made);
    }
    dialog.addEventListener("cancel", (event) => event.defaultPrevented || end(null));
    dialog.addEventListener("click", ({ target }) => {
      const act = target.closest("[data-does]")?.dataset.does;
      if (act === "undo") strokes.pop();
      if (act === "clear") strokes.length = 0;
      if (act === "undo" || act === "clear") drawAll();
      if (act === "cancel" || (act === "done" && !strokes.length)) end(null);
      else if (act === "done") {
        canvas.toBlob(async (jpeg) => end(jpeg && { name: asJpeg(name), type: "image/jpeg", bytes: await jpeg.arrayBuffer() }), "image/jpeg", 0.88);
      }
    });
  });
}
