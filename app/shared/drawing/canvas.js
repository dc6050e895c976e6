// The canvas of canvas.py; Gradio calls this with `element`, `props`, `trigger` and `watch`.
// The drawing is a list of operations and not of pixels, so that undoing draws all but the last.
const { side: SIDE, zoom: ZOOM, rate: RATE } = props;
const find = (selector) => element.querySelector(selector);
const act = (name) => find(`[data-act="${name}"]`);
const ink = find(".ink"), traced = find(".traced"), slider = find("input[type=range]");
const file = find("input[type=file]"), trouble = find(".trouble");
const context = ink.getContext("2d"), finished = sheet(ink.width), small = sheet(SIDE);
const widths = { pen: props.pen, eraser: props.eraser };
const operations = [];
let undone = [], stroke = null, tool = "pen", timer = null, told = 0;

function sheet(side) {
  const made = document.createElement("canvas");
  made.width = made.height = side;
  return made.getContext("2d");
}

function paint(target, operation) {
  if (operation.kind === "line") return line(target, operation);
  target.fillStyle = "white";
  target.fillRect(0, 0, ink.width, ink.height);
  if (operation.kind === "picture") target.drawImage(operation.picture, 0, 0);
}

// a curve through the middles between points, with the points to bend it
function line(target, { points, width, colour }) {
  target.lineCap = target.lineJoin = "round";
  target.lineWidth = width * ZOOM;
  target.strokeStyle = colour;
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
  if (stroke) paint(context, stroke);
}

function replay() {
  const whole = operations.findLastIndex((one) => one.kind !== "line");
  paint(finished, { kind: "clear" });
  operations.slice(Math.max(0, whole)).forEach((one) => paint(finished, one));
}

const empty = () => !stroke && (operations.at(-1) ?? { kind: "clear" }).kind === "clear";

function show() {
  render();
  act("undo").disabled = !operations.length;
  act("redo").disabled = !undone.length;
  act("clear").disabled = empty();
  find(".invitation").hidden = !empty() || !traced.hidden;
  ink.setAttribute("aria-label", empty() ? "Drawing, empty" : "Drawing");
}

// at most RATE times a second, and always the last state
function tell() {
  if (timer) return;
  timer = setTimeout(() => {
    timer = null;
    told = performance.now();
    render();
    small.imageSmoothingQuality = "high";
    small.drawImage(ink, 0, 0, SIDE, SIDE);
    props.value = small.canvas.toDataURL("image/png");
    trigger("input");
  }, Math.max(0, told + 1000 / RATE - performance.now()));
}

function add(operation) {
  operations.push(operation);
  undone = [];
  paint(finished, operation);
  show();
  tell();
}

function move(from, to) {
  if (stroke || !from.length) return;
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
  ink.setPointerCapture(event.pointerId);
  const used = turned ? "eraser" : tool, colour = used === "pen" ? "black" : "white";
  const points = [point(event)];
  stroke = { kind: "line", pointer: event.pointerId, points, width: widths[used], colour };
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
  for (const one of ["pen", "eraser"]) act(one).setAttribute("aria-pressed", one === tool);
  slider.value = widths[tool];
  aim();
}

// the pointer is a ring as wide as the line
function aim() {
  const scale = ink.getBoundingClientRect().width / SIDE || 1;
  const radius = Math.max(2, (widths[tool] * scale) / 2), side = Math.ceil(2 * radius + 4);
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

function trace(picture) {
  if (picture) traced.getContext("2d").drawImage(picture, 0, 0);
  traced.hidden = find(".tracing").hidden = !picture;
  show();
}

async function load(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  add({ kind: "picture", picture: fitted(picture) });
}

async function uploaded() {
  const [chosen] = file.files;
  file.value = "";
  if (!chosen) return;
  trouble.textContent = "";
  try {
    trace(fitted(await createImageBitmap(chosen)));
  } catch {
    trouble.textContent =
      `Expected a picture, found ${chosen.name}, which does not open as one; choose another.`;
  }
}

function adopt() {
  const made = sheet(ink.width);
  made.drawImage(traced, 0, 0);
  trace(null);
  add({ kind: "picture", picture: made.canvas });
}

const acts = {
  pen: () => choose("pen"),
  eraser: () => choose("eraser"),
  undo: () => move(operations, undone),
  redo: () => move(undone, operations),
  clear: () => add({ kind: "clear" }),
  surprise: () => trigger("surprise"),
  upload: () => file.click(),
  adopt,
  remove: () => trace(null),
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
slider.addEventListener("input", () => { widths[tool] = Number(slider.value); aim(); });
file.addEventListener("change", uploaded);
ink.addEventListener("pointerdown", begin);
ink.addEventListener("pointermove", go);
for (const name of ["pointerup", "pointercancel"]) ink.addEventListener(name, end);
ink.addEventListener("pointerenter", aim);
document.addEventListener("keydown", keys);
watch("value", () => { if (props.value) load(props.value); });
replay();
show();
if (props.value) load(props.value);  // the canvas is shown again
