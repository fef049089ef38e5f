// A photo, made small enough for a bad network: at most 2000 pixels on its longer side, as JPEG. What the camera wrote into
// the file (place, device) is left behind with it.

const LONGEST = 2000;
const QUALITY = 0.85;
const SMALL = 400 * 1024;

// {name, type, bytes}. Throws "too_large" if it cannot be made smaller and is larger than the server takes.
export async function shrunk(file, limit) {
  const made = file.size <= SMALL ? null : await redrawn(file).catch(() => null);
  const content = made || file;
  if (content.size > limit) throw new Error("too_large");
  const name = made ? file.name.replace(/\.[^.]*$/, "") + ".jpg" : file.name;
  return { name, type: content.type, bytes: await content.arrayBuffer() };
}

async function redrawn(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return made && made.size < file.size ? made : null;
}
