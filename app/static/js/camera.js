// A picture before it is kept on the device: upright, at most 1600 px, a JPEG without the place it was taken at. One
// at a time: a tablet has little memory. What the browser cannot read goes as it is; the server knows what to say.

const LONGEST = 1600;
const LIGHT = 1_500_000;

let last = Promise.resolve();

// → {name, type, bytes: ArrayBuffer}
export const small = (file) => (last = last.catch(() => {}).then(() => made(file)));

async function made(file) {
  const name = file.name || "anh.jpg";
  const heic = /\.(heic|heif)$/i.test(name) || /^image\/hei[cf]/.test(file.type);
  const whole = async () => ({ name, type: file.type || "application/octet-stream", bytes: await file.arrayBuffer() });
  if (!heic && !/^image\/(jpeg|webp|png)$/.test(file.type)) return whole();
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return whole(); // HEIC outside Safari, a damaged picture
  }
  const longest = Math.max(picture.width, picture.height);
  const fits = !heic && longest <= LONGEST && file.size <= LIGHT;
  const jpeg = fits ? null : await encode(picture, Math.min(1, LONGEST / longest));
  picture.close();
  if (!jpeg || (!heic && longest <= LONGEST && jpeg.size >= file.size)) return whole();
  return { name: asJpeg(name), type: "image/jpeg", bytes: await jpeg.arrayBuffer() };
}

export const asJpeg = (name) => `${name.replace(/\.\w+$/, "")}.jpg`;

function encode(picture, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
}
