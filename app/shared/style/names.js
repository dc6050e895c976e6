// Names for those who do not see the page, where Gradio (6.31) gives none: a picture is called as
// its component is, and so is the button around it.
{
  const LABEL = "[data-testid='block-label']";
  const called = (part) => part.closest(".block")?.querySelector(LABEL)?.textContent.trim();
  const give = (part, attribute, name) => {
    if (name && part.getAttribute(attribute) !== name) part.setAttribute(attribute, name);
  };
  const nameAll = () => {
    for (const picture of document.querySelectorAll(".block .image-container img[alt='']"))
      give(picture, "alt", called(picture));
    for (const button of document.querySelectorAll(".block .image-container > button:not([aria-label])"))
      give(button, "aria-label", called(button));
    for (const examples of document.querySelectorAll(".block:has(> .gallery)"))
      [...examples.querySelectorAll(".gallery-item")].forEach((one, at) =>
        give(one, "aria-label", say("Example {number}", { number: at + 1 })));
    for (const empty of document.querySelectorAll(".empty[aria-label]:not([role])"))
      empty.setAttribute("role", "img");
  };
  let asked = 0;
  const soon = () => { asked ||= setTimeout(() => { asked = 0; nameAll(); }, 100); };
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
    soon();
  });
}
