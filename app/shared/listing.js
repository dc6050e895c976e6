// The list of listing.py; Gradio calls this with `element`, `props`, `trigger` and `watch`,
// below a line that says where the chosen one is `shown`.
const mark = () => element.querySelectorAll("input").forEach((one) => {
  one.checked = one.value === props.value;
});
element.addEventListener("change", (event) => {
  props.value = event.target.value;
  trigger("input");
  if (innerWidth > 640) return;  // else what was chosen stands below the list
  document.querySelector(shown)?.scrollIntoView({ behavior: "smooth", block: "nearest" });
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.stopPropagation();  // it would press the button beside
});
watch(Object.keys(props), mark);
mark();
