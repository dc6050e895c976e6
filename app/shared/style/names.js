// Names for those who do not see the page, where Gradio (6.31) gives none: a picture is called as
// its component is, and so is the button around it.
const labelOf = (part) =>
  part.closest(".block")?.querySelector("[data-testid='block-label']")?.textContent.trim() ?? "";
{
  const NAMELESS = ".block .image-container > button:not([aria-label])";
  let waits = false;
  const nameAll = () => {
    waits = false;
    for (const picture of document.querySelectorAll(".block .image-container img[alt='']"))
      picture.alt = labelOf(picture);
    for (const button of document.querySelectorAll(NAMELESS))
      button.ariaLabel = labelOf(button) || null;
    for (const gallery of document.querySelectorAll(".block > .gallery"))
      for (const [at, one] of gallery.querySelectorAll(".gallery-item:not([aria-label])").entries())
        one.ariaLabel = say("Example {number}", { number: at + 1 });
    for (const empty of document.querySelectorAll(".empty[aria-label]:not([role])"))
      empty.role = "img";
  };
  new MutationObserver(() => {
    if (!waits) setTimeout(nameAll, 100);
    waits = true;
  }).observe(document, { childList: true, subtree: true });
}
