// A folder dropped on #data-drop, or chosen with the button here: Gradio's own zone takes files
// alone, and forgets in which folders they lie. What is below a folder is told by its name, with a
// sign that no name of a file has in the place of each slash.
const SLASH = "\u2215";
const HIDDEN = /(^|\/)(\.|__MACOSX|Thumbs\.db)/;

const give = (found) => {
  const kept = new DataTransfer();
  for (const [path, file] of found) {
    if (HIDDEN.test(path)) continue;
    kept.items.add(new File([file], path.split("/").join(SLASH), { type: file.type }));
  }
  const input = document.querySelector("#data-drop input[type=file]");
  if (!input || !kept.files.length) return;
  input.files = kept.files;
  input.dispatchEvent(new Event("change"));
};

const listed = (reader) => new Promise((done, failed) => reader.readEntries(done, failed));
const opened = (entry) => new Promise((done, failed) => entry.file(done, failed));

const walked = async (entry, path) => {
  if (entry.isFile) return [[path + entry.name, await opened(entry)]];
  const found = [], reader = entry.createReader();
  for (let some = await listed(reader); some.length; some = await listed(reader)) {
    for (const one of some) found.push(...await walked(one, path + entry.name + "/"));
  }
  return found;
};

const dropped = async (event) => {
  if (!event.target.closest?.("#data-drop")) return;
  const entries = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.());
  if (!entries.some((one) => one?.isDirectory)) return;  // Gradio takes files itself
  event.preventDefault();
  event.stopImmediatePropagation();
  event.target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));  // no more above it
  const found = await Promise.all(entries.filter(Boolean).map((one) => walked(one, "")));
  give(found.flat());
};
document.addEventListener("drop", dropped, true);

const folder = element.querySelector("input");
element.querySelector("button").addEventListener("click", () => folder.click());
folder.addEventListener("change", () => {
  give([...folder.files].map((one) => [one.webkitRelativePath || one.name, one]));
  folder.value = "";
});
