// The camera of own_data.py; Gradio calls this with `element`, `props`, `trigger` and `watch`. As
// long as the button is held pictures are taken, and given all at once when it is let go.
const { side: SIDE, most: MOST } = props;
const EVERY = 200;  // milliseconds
const video = element.querySelector("video"), trouble = element.querySelector(".trouble");
const [button, hold] = element.querySelectorAll("button");
const [off, on] = button.querySelectorAll("span");
const square = document.createElement("canvas"), context = square.getContext("2d");
square.width = square.height = SIDE;
let stream = null, timer = null, taken = [];

function take() {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (!side || taken.length >= MOST) return;
  const left = (video.videoWidth - side) / 2, top = (video.videoHeight - side) / 2;
  context.drawImage(video, left, top, side, side, 0, 0, SIDE, SIDE);
  taken.push(square.toDataURL("image/jpeg", 0.9));
  hold.querySelector("b").textContent = taken.length;
}

function begin() {
  if (timer || !stream) return;
  taken = [];
  take();
  timer = setInterval(take, EVERY);
}

function give() {
  if (!timer) return;
  clearInterval(timer);
  timer = null;
  hold.querySelector("b").textContent = "";
  if (!taken.length) return;
  props.value = JSON.stringify(taken);
  trigger("input");
}

function show(running) {
  [off.hidden, on.hidden, hold.disabled] = [running, !running, !running];
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = video.srcObject = null;
  show(false);
}

async function start() {
  trouble.hidden = true;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: true });
  } catch {
    trouble.hidden = false;
    return;
  }
  video.srcObject = stream;
  await video.play();
  show(true);
}

button.addEventListener("click", () => (stream ? stop() : start()));
hold.addEventListener("pointerdown", begin);
for (const end of ["pointerup", "pointerleave", "pointercancel", "blur"]) {
  hold.addEventListener(end, give);
}
hold.addEventListener("keydown", (event) => {
  if (event.key !== " " && event.key !== "Enter") return;
  event.preventDefault();
  event.stopPropagation();  // it would press the button beside
  begin();
});
hold.addEventListener("keyup", give);
