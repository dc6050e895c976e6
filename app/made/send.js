// Pictures of the page, given to its other parts as if they were files of the person's.
window.atelier = {
  // the lines of a picture, in the Draw tab
  async draw(address) {
    if (!address) return;
    const file = await fileOf(address);
    document.querySelector("[data-tab-id='draw']").click();
    for (let tries = 0; tries < 100; tries++) {
      const input = document.querySelector("#canvas input[type=file]");
      if (input?.closest("#canvas").offsetParent) {
        input.files = holding(file).files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        return;
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  },
};

async function fileOf(address) {
  const blob = await (await fetch(address)).blob();
  const ending = blob.type.split("/")[1] || "png";
  return new File([blob], `picture.${ending}`, { type: blob.type });
}

function holding(file) {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  return transfer;
}

// A picture of the shelf that is dragged to where files are taken is dropped there as a file.
let dragged = "";
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("#shelf img")?.dataset.full ?? "";
});
document.addEventListener("dragend", () => { dragged = ""; });
document.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
document.addEventListener("drop", async (event) => {
  if (!dragged || !event.isTrusted) return;
  event.preventDefault();
  event.stopPropagation();
  const address = dragged, target = event.target;
  const dataTransfer = holding(await fileOf(address));
  target.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
}, true);
