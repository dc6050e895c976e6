// The animation of animation.py; Gradio calls this with `element`, `props` and `watch`.
const PLAY = "M8 5.5v13l11-6.5z", PAUSE = "M8 5.5v13M16 5.5v13";
const find = (selector) => element.querySelector(selector);
const stage = find(".stage"), slider = find("input");
const button = find("button"), said = find("output");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let header = null, frames = [], read = 0, first = "", at = 0, playing = false;

// what was written so far

function receive() {
  const text = props.value || "", end = text.lastIndexOf("\n") + 1;
  if (!text.startsWith(`{"lesson":"${props.lesson}"`)) return;
  if (end < read || !text.startsWith(first)) forget();
  for (const row of text.slice(read, end).split("\n").filter(Boolean)) {
    const one = JSON.parse(row);
    if (one.panels) begin(one, row); else frames.push(one);
  }
  read = end;
  if (still && !playing) at = Math.max(0, frames.length - 1);
  paint();
}

function forget() {
  header = null;
  frames = [];
  read = at = 0;
  first = "";
  playing = false;
}

function begin(found, row) {
  forget();
  header = found;
  first = row;
  playing = !still;
  slider.max = header.frames - 1;
  stage.innerHTML = header.panels.map((panel) =>
    `<figure data-panel="${panel.id}"><figcaption></figcaption><svg role="img"></svg><ul></ul>
    </figure>`).join("");
}

// numbers to pixels

const scale = ([low, high], from, to) => (v) =>
  from + Math.min(1.05, Math.max(-0.05, (v - low) / (high - low || 1))) * (to - from);

function ticks([low, high], wanted) {
  const raw = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  const from = Math.ceil(low / step - 1e-9), to = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => (from + i) * step);
}

function wholeTicks([low, high]) {
  const step = Math.max(1, Math.ceil((high - low) / 4));
  return ticks([low, high], (high - low) / step).filter((v) => Math.abs(v - Math.round(v)) < 1e-6);
}

function format(v) {
  if (v === null || v === undefined || !Number.isFinite(v)) return "–";
  const size = Math.abs(v), tiny = size > 0 && size < 0.001;
  const text = tiny ? v.toExponential(1) : String(Number(v.toPrecision(3)));
  return size < 1e-12 ? "0" : text.replaceAll("-", "−");
}

const power = (e) => (e > 3 || e < -3 ? `1e${e}`.replace("-", "−") : format(10 ** e));

function valuesOf(panel) {
  const levels = panel.series.map((one) => one.level);
  const numbers = frames.flatMap((frame) => panel.series.map((one) => frame.numbers[one.id]));
  return [...levels, ...numbers].filter((v) => Number.isFinite(v));
}

// a history's own span holds all that is known, so that the axis stands still while it plays
function span(panel) {
  if (panel.y) return panel.y;
  const found = valuesOf(panel).map((v) => (panel.log ? Math.log10(Math.max(v, 1e-12)) : v));
  if (!found.length) return panel.log ? [-3, 0] : [0, 1];
  const low = Math.min(...found), high = Math.max(...found);
  if (panel.log) return [Math.floor(low), Math.max(Math.ceil(high), Math.floor(low) + 1)];
  const edge = (high - low) * 0.06 || 0.5;
  return [low - edge, high + edge];
}

// drawing

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const label = (id) => props.words.labels[id] ?? header.names[id] ?? id;
const round = (v) => Math.round(v * 10) / 10;

function path(points) {
  let drawn = "", move = true;
  for (const [x, y] of points) {
    if (y === null || !Number.isFinite(y)) { move = true; continue; }
    drawn += `${move ? "M" : "L"}${round(x)} ${round(y)}`;
    move = false;
  }
  return drawn;
}

function view(panel, width) {
  const box = { left: 44, right: width - 16, top: 8, bottom: 208 };
  if (panel.kind === "points") {
    const side = Math.min(box.right - box.left, 360), spare = box.right - box.left - side;
    box.left += spare / 2;
    box.right = box.left + side;
    box.bottom = box.top + side;
  }
  const height = box.bottom + 24;
  const xs = panel.x ?? [0, header.steps], ys = span(panel);
  const x = scale(xs, box.left, box.right), flat = scale(ys, box.bottom, box.top);
  const y = (v) => (v === null ? null : flat(panel.log ? Math.log10(Math.max(v, 1e-12)) : v));
  return { panel, width, height, box, xs, ys, x, y };
}

function axes({ panel, box, xs, ys, x, y }) {
  const across = ticks(xs, 4).map((v) =>
    `<text x="${x(v)}" y="${box.bottom + 16}" text-anchor="middle">${format(v)}</text>`);
  const up = (panel.log || panel.whole ? wholeTicks(ys) : ticks(ys, 4)).map((v) => {
    const height = round(y(panel.log ? 10 ** v : v));
    return `<path class="rule" d="M${box.left} ${height}H${box.right}"/>
      <text x="${box.left - 6}" y="${height + 4}" text-anchor="end">
      ${panel.log ? power(v) : format(v)}</text>`;
  });
  return [...up, ...across].join("");
}

function line(drawn, look, more = "") {
  return `<path class="line ${look} ${more}" d="${drawn}"/>`;
}

function curves({ panel, box, xs, x, y }, frame) {
  const drawn = panel.series.map((one) => {
    const values = frame.curves?.[one.id] ?? header.fixed[one.id];
    const place = (i) => xs[0] + (i * (xs[1] - xs[0])) / (values.length - 1);
    const whole = path(values.map((v, i) => [x(place(i)), y(v)]));
    const area = one.filled ? `<path class="area ${one.look}"
      d="${whole}L${round(box.right)} ${box.bottom}L${round(box.left)} ${box.bottom}Z"/>` : "";
    return area + line(whole, one.look, one.dashed ? "dashed" : "") + dotOn(one, values);
  });
  function dotOn(one, values) {
    if (!panel.marker) return "";
    const share = (frame.numbers[panel.marker] - xs[0]) / (xs[1] - xs[0]);
    const index = Math.round(Math.min(1, Math.max(0, share)) * (values.length - 1));
    const across = x(xs[0] + (index * (xs[1] - xs[0])) / (values.length - 1));
    return `<circle class="dot ${one.look}" cx="${across}" cy="${y(values[index])}" r="5"/>`;
  }
  const marker = panel.marker ? x(frame.numbers[panel.marker]) : null;
  return (marker === null ? "" : `<path class="marker" d="M${marker} ${box.top}V${box.bottom}"/>`)
    + drawn.join("");
}

function history({ panel, box, x, y }) {
  return panel.series.map((one) => {
    const dashed = one.dashed ? "dashed" : "";
    if ("level" in one) return line(`M${box.left} ${y(one.level)}H${box.right}`, one.look, dashed);
    const points = frames.map((f) => [x(f.step), y(f.numbers[one.id] ?? null)]);
    const now = points[at];
    return line(path(points), one.look, "later") + line(path(points.slice(0, at + 1)), one.look)
      + (now && now[1] !== null
        ? `<circle class="dot ${one.look}" cx="${now[0]}" cy="${now[1]}" r="4"/>` : "");
  }).join("");
}

function plane({ box, x, y, xs, ys }, frame) {
  const found = frame.found ?? [];
  const modes = header.modes.map(([a, b], i) =>
    `<circle class="mode ${found[i] ? "found" : ""}" cx="${x(a)}" cy="${y(b)}" r="9"/>`);
  let drawn = "";
  for (let i = 0; i < frame.points.length; i += 2) {
    const [a, b] = [frame.points[i], frame.points[i + 1]];
    const inside = a >= xs[0] && a <= xs[1] && b >= ys[0] && b <= ys[1];
    if (inside) drawn += `M${round(x(a))} ${round(y(b))}h0`;
  }
  const surface = frame.surface ? `<image x="${box.left}" y="${box.top}" preserveAspectRatio="none"
    width="${box.right - box.left}" height="${box.bottom - box.top}"
    href="${painted(frame.surface)}"/>` : "";
  return `${surface}${modes.join("")}<path class="points fake" d="${drawn}"/>`;
}

// D in percent: green where it says real, grey where it says made, nothing at one half
function painted(surface) {
  const sheet = document.createElement("canvas");
  sheet.height = surface.length;
  sheet.width = surface[0].length;
  const context = sheet.getContext("2d");
  const image = context.createImageData(sheet.width, sheet.height);
  surface.flat().forEach((percent, i) => {
    const colour = percent > 50 ? [42, 140, 130] : [125, 117, 103];
    image.data.set([...colour, Math.abs(percent - 50) * 3.4], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return sheet.toDataURL();
}

function legend(panel, frame) {
  return panel.series.map((one) => {
    const value = panel.kind === "history" && !("level" in one) ? frame.numbers[one.id] : undefined;
    const number = value === undefined ? "" : ` <b>${format(value)}</b>`;
    const mark = panel.kind === "points" ? "spot" : one.dashed ? "dashed" : "";
    return `<li class="${one.look} ${mark}"><i></i><span>${escaped(label(one.id))}${number}</span>
      </li>`;
  }).join("");
}

const kinds = { curves, history, points: plane };

function paint() {
  const frame = frames[at], words = props.words;
  button.querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
  button.ariaLabel = button.title = playing ? words.pause : words.play;
  slider.ariaLabel = words.time;
  slider.value = at;
  said.textContent = frame ? `${words.step} ${frame.step}` : "";
  if (!header) return stage.replaceChildren();
  for (const panel of header.panels) {
    const figure = find(`[data-panel="${panel.id}"]`);
    const seen = view(panel, figure.clientWidth || 320);
    const svg = figure.querySelector("svg");
    figure.querySelector("figcaption").textContent = label(panel.id);
    svg.setAttribute("viewBox", `0 0 ${seen.width} ${seen.height}`);
    svg.innerHTML = axes(seen) + (frame ? kinds[panel.kind](seen, frame) : "");
    figure.querySelector("ul").innerHTML = frame ? legend(panel, frame) : "";
    svg.setAttribute("aria-label", `${label(panel.id)}: ${figure.querySelector("ul").innerText}`);
  }
}

// the player

function tick() {
  if (!element.isConnected) return clearInterval(timer);
  if (!playing || !element.offsetParent) return;
  if (at < frames.length - 1) at += 1;
  else if (header && frames.length >= header.frames) playing = false;
  else return;
  paint();
}

button.addEventListener("click", () => {
  if (!playing && at >= frames.length - 1) at = 0;
  playing = !playing;
  paint();
});
slider.addEventListener("input", () => {
  playing = false;
  at = Math.min(Number(slider.value), Math.max(0, frames.length - 1));
  paint();
});
const timer = setInterval(tick, 1000 / props.rate);
new ResizeObserver(() => { if (element.offsetParent) paint(); }).observe(stage);
watch(["value", "lesson"], receive);
watch("words", paint);
receive();
