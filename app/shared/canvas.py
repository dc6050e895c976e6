"""The drawing canvas: an HTML component whose value is the drawing as a PNG data URL.

While a person draws, its value is renewed and `input` triggered up to `RATE` times a second. A new
value from Python replaces the drawing, which can be undone like a stroke. `surprise` is the event
of the button that asks for an outline to start from.
"""

import gradio as gr

SIDE = 256  # pixels of the value
ZOOM = 3  # the canvas on the page has so many times more, to look smooth
RATE = 8  # updates a second at most
PEN, ERASER = 7, 20  # thickness in pixels of the value; outlines of emoji are 7 thick
THINNEST, THICKEST = 2, 32


def canvas(elem_id: str = "canvas", pen: int = PEN, starts: bool = True) -> gr.HTML:
    """The canvas with its tools, empty.

    Args:
        pen: its thickness at first.
        starts: offer an outline or a picture to start from.
    """
    numbers = {"SIDE": SIDE, "ZOOM": ZOOM, "RATE": RATE, "PEN": pen, "ERASER": ERASER}
    constants = "".join(f"const {name} = {value};\n" for name, value in numbers.items())
    template = HTML.replace(f'value="{PEN}"', f'value="{pen}"')
    if not starts:
        template = template.replace('<div class="tools">', '<div class="tools" hidden>')
    return gr.HTML(
        "",
        label="Drawing",
        html_template=template,
        js_on_load=constants + JS,
        apply_default_css=False,
        elem_id=elem_id,
    )


def icon(path: str) -> str:
    """A line icon on a field of 24 x 24."""
    return f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>'


def button(act: str, label: str, path: str, words: bool = False, more: str = "") -> str:
    """A tool of the canvas; its label is read out, and shown where `words`, else as a hint."""
    text = f"<span>{label}</span>" if words else ""
    plain = label.split(" (")[0]
    return (
        f'<button type="button" data-act="{act}" aria-label="{plain}" title="{label}" {more}>'
        f"{icon(path)}{text}</button>"
    )


PENCIL = "M4 20l1-4L16.5 4.5a2 2 0 0 1 3 3L8 19zM14.5 6.5l3 3"
RUBBER = (
    "M8.5 20l-5-5a1.5 1.5 0 0 1 0-2L13 3.5a1.5 1.5 0 0 1 2 0l5.5 5.5a1.5 1.5 0 0 1 0 2L11.5 20z"
    "M20 20H8M8 8.5l7.5 7.5"
)
BACK = "M8 5L3.5 9.5 8 14M4 9.5h10a5.5 5.5 0 0 1 0 11h-4"
FORTH = "M16 5l4.5 4.5L16 14M20 9.5H10a5.5 5.5 0 0 0 0 11h4"
BIN = "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5"
DICE = (
    "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z"
    "M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01"
)
UPLOAD = "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4"

# Handlebars and then JavaScript read this as a template: no braces in pairs, no backslashes.
HTML = f"""
<div class="easel">
  <div class="paper">
    <canvas class="ink" width="{SIDE * ZOOM}" height="{SIDE * ZOOM}" role="img"
      aria-label="Drawing, empty"></canvas>
    <canvas class="traced" width="{SIDE * ZOOM}" height="{SIDE * ZOOM}" hidden></canvas>
    <p class="invitation">Draw here</p>
  </div>
  <div class="tools" role="toolbar" aria-label="Drawing tools">
    {button("pen", "Pen", PENCIL, more='aria-pressed="true"')}
    {button("eraser", "Eraser", RUBBER, more='aria-pressed="false"')}
    <label class="thickness"><span>Thickness</span>
      <input type="range" min="{THINNEST}" max="{THICKEST}" value="{PEN}"
        aria-label="Thickness"></label>
    {button("undo", "Undo (Ctrl+Z)", BACK, more="disabled")}
    {button("redo", "Redo (Ctrl+Shift+Z)", FORTH, more="disabled")}
    {button("clear", "Clear", BIN, more="disabled")}
  </div>
  <div class="tools">
    {button("surprise", "Surprise me", DICE, words=True)}
    {button("upload", "Upload a picture", UPLOAD, words=True)}
    <input type="file" accept="image/*" aria-label="Picture to start from" hidden>
  </div>
  <div class="tools tracing" hidden>
    <span>Trace the picture, or</span>
    <button type="button" data-act="adopt">Use it as outline</button>
    <button type="button" data-act="remove">Remove it</button>
  </div>
  <p class="trouble" role="status"></p>
</div>
"""

# The drawing is a list of operations and not of pixels, so that undoing draws all but the last.
JS = """
const find = (selector) => element.querySelector(selector);
const act = (name) => find(`[data-act="${name}"]`);
const ink = find(".ink"), traced = find(".traced"), slider = find("input[type=range]");
const file = find("input[type=file]"), trouble = find(".trouble");
const context = ink.getContext("2d"), finished = sheet(ink.width), small = sheet(SIDE);
const widths = { pen: PEN, eraser: ERASER };
let operations = [], undone = [], stroke = null, tool = "pen", timer = null, told = 0;

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
"""

# In the page's own CSS: what stands in css_template is parsed anew at every change of the value.
CSS = """
.easel { display: flex; flex-direction: column; gap: .6rem; }
.easel [hidden] { display: none !important; }
.easel .paper { position: relative; aspect-ratio: 1; border-radius: var(--radius-md);
  overflow: hidden; background: white; box-shadow: 0 0 0 1px var(--border-color-primary); }
.easel canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
.easel .ink { touch-action: none; user-select: none; -webkit-user-select: none; }
.easel .traced { opacity: .35; mix-blend-mode: multiply; pointer-events: none; }
.easel .invitation { position: absolute; inset: 0; display: grid; place-items: center; margin: 0;
  pointer-events: none; color: #8a8172; font-size: 1.15rem; }
.easel .tools { display: flex; flex-wrap: wrap; align-items: center; gap: .45rem; }
.easel button { display: inline-flex; align-items: center; justify-content: center; gap: .45rem;
  min-width: 2.6rem; height: 2.6rem; padding: 0 .7rem; font-size: .95rem; cursor: pointer;
  border-radius: var(--radius-md); border: 1px solid var(--border-color-primary);
  background: var(--button-secondary-background-fill); color: var(--body-text-color); }
.easel button:hover:not(:disabled) { border-color: var(--primary-400); }
.easel button:disabled { opacity: .4; cursor: default; }
.easel button:focus-visible, .easel input:focus-visible { outline: 2px solid var(--primary-400);
  outline-offset: 1px; }
.easel button[aria-pressed="true"] { background: var(--primary-500); color: white;
  border-color: var(--primary-500); }
.easel svg { width: 1.25rem; height: 1.25rem; fill: none; stroke: currentColor; stroke-width: 1.8;
  stroke-linecap: round; stroke-linejoin: round; flex: none; }
.easel .thickness { display: flex; align-items: center; gap: .5rem; flex: 1 1 5rem; margin: 0 .2rem;
  font-size: .9rem; color: var(--block-title-text-color); }
.easel .thickness input { flex: 1; width: 3rem; min-width: 3rem; height: 4px; border-radius: 2px;
  appearance: none; background: var(--neutral-300); cursor: pointer; }
.easel .thickness input::-webkit-slider-thumb { appearance: none; width: 1.25rem; height: 1.25rem;
  border: 0; border-radius: 50%; background: var(--primary-500); }
.easel .thickness input::-moz-range-thumb { width: 1.25rem; height: 1.25rem; border: 0;
  border-radius: 50%; background: var(--primary-500); }
.easel .tools [data-act="surprise"], .easel .tools [data-act="upload"] { flex: 1 1 auto; }
.easel .tracing span, .easel .trouble { font-size: .9rem; margin: 0; }
.easel .trouble:empty { display: none; }
#canvas, #canvas .html-container, #own-digit, #own-digit .html-container
  { padding: 0 !important; }
#translation .image-frame { width: 100%; }
#translation img { width: 100%; aspect-ratio: 1; object-fit: contain; background: white; }
#words .html-container { padding: 0 .2rem; color: var(--block-title-text-color); font-size: .9rem;
  font-variant-numeric: tabular-nums; }
#own-digit .thickness span { display: none; }
#own-digit .tools { flex-wrap: nowrap; gap: .3rem; }
@media (max-width: 640px) {
  .easel .thickness span { display: none; }
  .easel .thickness { margin: 0; }
  .easel .tracing span { flex-basis: 100%; }
  .easel button { padding: 0 .5rem; }
  .studio > .column { display: contents; }
  .studio #translation { order: -1; width: 11rem; min-width: 0 !important; flex: none;
    margin: 0 auto; }
}
"""
