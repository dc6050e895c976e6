// The camera of live_tab.py; Gradio calls this with `element`, `props`, `trigger` and `watch`.
const { side: SIDE, rate: RATE } = props;
const video = element.querySelector("video"), button = element.querySelector("button");
const trouble = element.querySelector(".trouble");
const small = document.createElement("canvas"), context = small.getContext("2d");
let stream = null, timer = null;

function tell() {
  if (!element.isConnected) return stop();
  if (!video.videoWidth || !video.offsetParent) return;  // another tab is open
  const scale = SIDE / Math.max(video.videoWidth, video.videoHeight);
  small.width = Math.round(video.videoWidth * scale);
  small.height = Math.round(video.videoHeight * scale);
  context.drawImage(video, 0, 0, small.width, small.height);
  props.value = small.toDataURL("image/png");
  trigger("input");
}

function stop() {
  clearInterval(timer);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = video.srcObject = null;
  button.textContent = say("Start the camera");
}

async function start() {
  trouble.textContent = "";
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: true });
  } catch {
    trouble.textContent = say(
      "Expected a camera, found none; allow it, and open the page at localhost or over https.");
    return;
  }
  video.srcObject = stream;
  await video.play();
  button.textContent = say("Stop the camera");
  timer = setInterval(tell, 1000 / RATE);
}

button.addEventListener("click", () => (stream ? stop() : start()));
