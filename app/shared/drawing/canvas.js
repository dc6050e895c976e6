// The canvas of canvas.py; Gradio calls this with `element`, `props`, `trigger` and `watch`.
// The drawing is a list of operations and not of pixels, so that undoing draws all but the last.
// What never changes stands in the template: an update of a component in a tab that has not been
// opened yet takes its properties away (Gradio 6.31).
const told = element.querySelector(".easel").dataset;
const [SIDE, ZOOM, RATE] = [told.side, told.zoom, told.rate].map(Number);
const SETTLED = 500;  // milliseconds after the last change until a drawing counts as one to look at
const PHOTOGRAPH = 1024;  // pixels along the longer side that are sent
const find = (selector) => element.querySelector(selector);
const act = (name) => find(`[data-act="${name}"]`);
const ink = find(".ink"), traced = find(".traced"), lines = find(".lines");
const slider = find("input[type=range]");
const file = find("input[type=file]"), trouble = find(".trouble");
const colours = find(".colours"), picker = find("input[type=color]");
const context = ink.getContext("2d"), finished = sheet(ink.width), small = sheet(SIDE);
// dabs lie on a transparent layer of their own
const layer = find(".dabs").getContext("2d"), dabbed = sheet(ink.width), few = sheet(SIDE);
const widths = { pen: +told.pen, eraser: +told.eraser, brush: +told.brush };
const operations = [];
let undone = [], stroke = null, tool = "pen", timer = null, last = 0, settling = null;
let sent = "";  // the value that is the canvas's own; any other comes from Python
let first = 0;  // the drawing with which the canvas opened is not undone

function sheet(side) {
  const made = document.createElement("canvas");
  made.width = made.height = side;
  return made.getContext("2d");
}

// an operation on the drawing and on its dabs: the brush paints on these alone, and what takes away
// or begins anew does so on both
function apply(operation, target, dabs) {
  if (operation.colour !== undefined) return line(dabs, operation);
  paint(target, operation);
  if (operation.kind !== "line") dabs.clearRect(0, 0, ink.width, ink.height);
  else if (operation.rubs) {
    dabs.globalCompositeOperation = "destination-out";
    line(dabs, operation);
    dabs.globalCompositeOperation = "source-over";
  }
}

function paint(target, operation) {
  if (operation.kind === "line") return line(target, operation);
  target.fillStyle = "white";
  target.fillRect(0, 0, ink.width, ink.height);
  if (operation.kind === "picture") target.drawImage(operation.picture, 0, 0);
}

// a curve through the middles between points, with the points to bend it
function line(target, { points, width, colour, rubs }) {
  target.lineCap = target.lineJoin = "round";
  target.lineWidth = width * ZOOM;
  target.strokeStyle = colour ?? (rubs ? "white" : "black");
  target.beginPath();
  target.moveTo(...points[0]);
  for (let i = 1; i < points.length - 1; i++) {
    const [x, y] = points[i], [next, below] = points[i + 1];
    target.quadraticCurveTo(x, y, (x + next) / 2, (y + below) / 2);
  }
  const [x, y] = points.at(-1);
  target.lineTo(x + 0.01, y);  // a line without length has no caps, and a tap would leave no dot
  target.stroke();
}

function render() {
  context.drawImage(finished.canvas, 0, 0);
  layer.clearRect(0, 0, ink.width, ink.height);
  layer.drawImage(dabbed.canvas, 0, 0);
  if (stroke) apply(stroke, context, layer);
}

function replay() {
  const whole = operations.findLastIndex((one) => one.kind !== "line");
  apply({ kind: "clear" }, finished, dabbed);
  operations.slice(Math.max(0, whole)).forEach((one) => apply(one, finished, dabbed));
}

const empty = () => !stroke && (operations.at(-1) ?? { kind: "clear" }).kind === "clear";

function show() {
  render();
  act("undo").disabled = operations.length <= first;
  act("redo").disabled = !undone.length;
  act("clear").disabled = empty();
  find(".invitation").hidden = !empty() || !traced.hidden || !lines.hidden;
  ink.setAttribute("aria-label", empty() ? say("Drawing, empty") : say("Drawing"));
}

// at most RATE times a second, and always the last state
function tell() {
  if (timer) return;
  timer = setTimeout(() => {
    timer = null;
    last = performance.now();
    render();
    small.imageSmoothingQuality = "high";
    small.drawImage(ink, 0, 0, SIDE, SIDE);
    element.dataset.hints = hints();
    props.value = sent = small.canvas.toDataURL("image/png");
    trigger("input");
    clearTimeout(settling);
    settling = setTimeout(() => { if (!stroke) trigger("settled"); }, SETTLED);
  }, Math.max(0, last + 1000 / RATE - performance.now()));
}

// the dabs as a PNG, or nothing where there are none, or the model takes none
function hints() {
  const there = operations.some((one) => one.colour) || stroke?.colour;
  if (!props.listens || !there) return "";
  few.clearRect(0, 0, SIDE, SIDE);
  few.drawImage(layer.canvas, 0, 0, SIDE, SIDE);
  const pixels = few.getImageData(0, 0, SIDE, SIDE).data;
  return pixels.some((value, at) => at % 4 === 3 && value) ? few.canvas.toDataURL("image/png") : "";
}

function add(operation) {
  operations.push(operation);
  undone = [];
  apply(operation, finished, dabbed);
  show();
  tell();
}

function move(from, to) {
  if (stroke || from.length <= (from === operations ? first : 0)) return;
  to.push(from.pop());
  replay();
  show();
  tell();
}

function point(event) {
  const box = ink.getBoundingClientRect(), scale = ink.width / box.width;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

function begin(event) {
  const turned = event.button === 5;  // the eraser end of a pen
  if (stroke || (event.button !== 0 && !turned)) return;
  event.preventDefault();
  if (tool === "sample") return;
  ink.setPointerCapture(event.pointerId);
  const used = turned ? "eraser" : tool, points = [point(event)];
  stroke = { kind: "line", pointer: event.pointerId, points, width: widths[used] };
  if (used === "brush") stroke.colour = picker.value;
  if (used === "eraser") stroke.rubs = true;
  show();
  tell();
}

function go(event) {
  if (stroke?.pointer !== event.pointerId) return;
  const between = event.getCoalescedEvents?.() ?? [];
  for (const one of between.length ? between : [event]) {
    const [x, y] = point(one), [before, above] = stroke.points.at(-1);
    if (Math.hypot(x - before, y - above) >= 1) stroke.points.push([x, y]);
  }
  render();
  tell();
}

function end(event) {
  if (stroke?.pointer !== event.pointerId) return;
  const done = stroke;
  stroke = null;
  add(done);
}

function choose(name) {
  tool = name;
  for (const one of ["pen", "eraser", "brush", "sample"])
    act(one).setAttribute("aria-pressed", one === tool);
  slider.value = widths[tool] ?? widths.brush;
  aim();
}

// the pointer is a ring as wide as the line
function aim() {
  const scale = ink.getBoundingClientRect().width / SIDE || 1;
  const radius = Math.max(2, ((widths[tool] ?? 3) * scale) / 2), side = Math.ceil(2 * radius + 4);
  const ring = (colour, width) => `<circle cx="${side / 2}" cy="${side / 2}" r="${radius}"
    fill="none" stroke="${colour}" stroke-width="${width}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
    ${ring("white", 3)}${ring("#555", 1)}</svg>`;
  const address = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  ink.style.cursor = `url("${address}") ${side / 2} ${side / 2}, crosshair`;
}

// a picture in the middle of a white sheet, as large as fits
function fitted(picture) {
  const made = sheet(ink.width), scale = ink.width / Math.max(picture.width, picture.height);
  const width = picture.width * scale, height = picture.height * scale;
  paint(made, { kind: "clear" });
  made.imageSmoothingQuality = "high";
  const left = (ink.width - width) / 2, top = (ink.height - height) / 2;
  made.drawImage(picture, left, top, width, height);
  return made.canvas;
}

// a photograph lies beneath, to be traced by hand, or its lines over the drawing, to be used
function lay(picture) {
  if (picture) traced.getContext("2d").drawImage(fitted(picture), 0, 0);
  traced.hidden = find(".tracing").hidden = !picture;
  lines.hidden = act("adopt").disabled = true;
  act("by-hand").hidden = false;
  show();
}

async function preview(address) {
  if (!address || find(".tracing").hidden) return;
  const { picture } = await load(address);
  lines.getContext("2d").drawImage(picture, 0, 0);
  act("adopt").disabled = false;
  if (act("by-hand").hidden) return;
  lines.hidden = false;
  traced.hidden = true;
  show();
}

function byHand() {
  lines.hidden = act("by-hand").hidden = true;
  traced.hidden = false;
  show();
}

async function load(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return { kind: "picture", picture: fitted(picture) };
}

// the drawing that is there when the canvas is shown, whose translation is there as well
async function open(address) {
  const there = await load(address);
  if (operations.length) return;
  operations.push(there);
  first = 1;
  replay();
  show();
}

// a colour from a list is the brush's; so is one that is sampled from the drawing or its translation
function dip(colour) {
  picker.value = colour;
  for (const one of colours.querySelectorAll("[data-colour]"))
    one.setAttribute("aria-pressed", one.dataset.colour === colour);
  choose("brush");
}

function sample(event) {
  if (!element.isConnected) return document.removeEventListener("click", sample, true);
  const from = event.target.closest?.(`.ink, ${told.sampled}`);
  if (tool !== "sample" || !from) return;
  event.preventDefault();
  event.stopPropagation();
  const box = from.getBoundingClientRect(), seen = sheet(SIDE);
  seen.drawImage(from, 0, 0, SIDE, SIDE);
  if (from === ink) seen.drawImage(layer.canvas, 0, 0, SIDE, SIDE);
  const place = (at, start, size) => Math.min(SIDE - 1, Math.floor(((at - start) / size) * SIDE));
  const x = place(event.clientX, box.left, box.width), y = place(event.clientY, box.top, box.height);
  const [red, green, blue] = seen.getImageData(x, y, 1, 1).data;
  dip("#" + [red, green, blue].map((one) => one.toString(16).padStart(2, "0")).join(""));
}

function listen() {
  colours.hidden = !props.listens;
  find(".dabs").hidden = !props.listens;
  if (!props.listens && (tool === "brush" || tool === "sample")) choose("pen");
  element.dataset.hints = hints();
}

function photograph(picture) {
  const made = document.createElement("canvas"), target = made.getContext("2d");
  const scale = Math.min(1, PHOTOGRAPH / Math.max(picture.width, picture.height));
  made.width = Math.max(1, Math.round(picture.width * scale));
  made.height = Math.max(1, Math.round(picture.height * scale));
  target.fillStyle = "white";
  target.fillRect(0, 0, made.width, made.height);
  target.drawImage(picture, 0, 0, made.width, made.height);
  return made;
}

async function uploaded() {
  const [chosen] = file.files;
  file.value = "";
  if (!chosen) return;
  trouble.textContent = "";
  try {
    const picture = await createImageBitmap(chosen);
    lay(picture);
    props.lines = "";  // so that those of the same picture are new again
    element.dataset.photograph = photograph(picture).toDataURL("image/jpeg", 0.92);
    trigger("photograph");
  } catch {
    trouble.textContent = say(
      "Expected a picture, found {name}, which does not open as one; choose another.",
      { name: chosen.name });
  }
}

function adopt() {
  const made = sheet(ink.width);
  made.drawImage(lines, 0, 0);
  lay(null);
  add({ kind: "picture", picture: made.canvas });
}

const acts = {
  pen: () => choose("pen"),
  eraser: () => choose("eraser"),
  brush: () => choose("brush"),
  sample: () => choose("sample"),
  undo: () => move(operations, undone),
  redo: () => move(undone, operations),
  clear: () => add({ kind: "clear" }),
  surprise: () => trigger("surprise"),
  upload: () => file.click(),
  adopt,
  "by-hand": byHand,
  remove: () => lay(null),
};

function keys(event) {
  if (!element.isConnected) return document.removeEventListener("keydown", keys);
  const typing = event.target.closest?.(
    "textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=radio])");
  if (typing || !ink.offsetParent || event.altKey || !(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  acts[key === "y" || event.shiftKey ? "redo" : "undo"]();
}

for (const [name, does] of Object.entries(acts)) act(name).addEventListener("click", does);
slider.addEventListener("input", () => {
  widths[tool in widths ? tool : "brush"] = Number(slider.value);
  aim();
});
picker.addEventListener("input", () => dip(picker.value));
for (const one of colours.querySelectorAll("[data-colour]"))
  one.addEventListener("click", () => dip(one.dataset.colour));
document.addEventListener("click", sample, true);
file.addEventListener("change", uploaded);
ink.addEventListener("pointerdown", begin);
ink.addEventListener("pointermove", go);
for (const name of ["pointerup", "pointercancel"]) ink.addEventListener(name, end);
ink.addEventListener("pointerenter", aim);
document.addEventListener("keydown", keys);
watch("value", async () => {
  if (props.value && props.value !== sent) add(await load(props.value));
});
watch("listens", listen);
watch("lines", () => preview(props.lines));
replay();
show();
listen();
if (props.value) open(props.value);  // the canvas opens with a drawing, or is shown again
