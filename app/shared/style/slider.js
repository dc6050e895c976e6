// The line between before and after (Gradio 6.31 lets only a mouse move it) by keyboard: it can be
// focused, arrows move it, Home and End bring it to the sides, and it says where it is.
const lineAt = (line) => {  // from 0, all after, to 1
  const at = new DOMMatrix(getComputedStyle(line).transform).m41;
  return at / line.parentElement.clientWidth;
};
const tellLine = (line) => {
  line.ariaValueNow = String(Math.round(100 * lineAt(line)));
};
const moveLine = (line, to) => {  // as a mouse does
  const field = line.parentElement, { left } = field.getBoundingClientRect();
  const events = [
    ["mousedown", line.querySelector(".inner"), lineAt(line)],
    ["mousemove", window, Math.min(1, Math.max(0, to))],
    ["mouseup", window, to],
  ];
  for (const [type, target, share] of events) {
    const clientX = left + share * field.clientWidth;
    const said = { bubbles: true, cancelable: true, view: window, button: 0, clientX };
    target.dispatchEvent(new MouseEvent(type, said));
  }
};
{
  const LINE = ".slider-wrap [data-testid='slider']";
  const STEPS = { ArrowLeft: -0.05, ArrowDown: -0.05, ArrowRight: 0.05, ArrowUp: 0.05 };
  document.addEventListener("keydown", (event) => {
    const line = event.target.closest?.(LINE);
    const to = { Home: 0, End: 1 }[event.key] ?? (line && lineAt(line) + STEPS[event.key]);
    if (!line || Number.isNaN(to)) return;
    event.preventDefault();
    moveLine(line, to);
    setTimeout(tellLine, 50, line);
  });
  new MutationObserver(() => {
    for (const line of document.querySelectorAll(`${LINE}:not([tabindex])`)) {
      Object.assign(line, { tabIndex: 0, role: "slider", ariaValueMin: "0", ariaValueMax: "100" });
      const label = line.closest(".block").querySelector("[data-testid='block-label']");
      line.ariaLabel = label.textContent.trim();
      line.addEventListener("focus", () => tellLine(line));
      tellLine(line);
    }
  }).observe(document, { childList: true, subtree: true });
}
