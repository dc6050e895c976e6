// Enter presses the button of the open page part, wherever the focus is, except where Enter has a
// meaning of its own.
document.addEventListener("keydown", (event) => {
  const own = ["BUTTON", "A", "TEXTAREA", "SELECT"];
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || own.includes(field.tagName)) return;
  if (field.getAttribute("role") === "listbox") return;
  if (field.closest(".model-picker, #own-data, #options")) return;
  const button = [...document.querySelectorAll("button.go")].find((one) => one.offsetParent);
  if (!button) return;
  event.preventDefault();
  setTimeout(() => button.click(), 60);  // after the field has told its new value
});
