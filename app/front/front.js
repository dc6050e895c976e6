// The page's address and its tabs say the same: `?tab=translate&model=photo-ukiyoe` opens them, and
// the address follows the tab that is open. The first lines run before there is a page.
const askedFor = () => {  // of the server: model and part; the tab is opened here, at once
  const parts = new URLSearchParams(location.search);
  return ["tab", "model", "part"].map((name) => parts.get(name) ?? "");
};
const askedAtFirst = ((first) => () => first)(askedFor());
const inside = () => document.documentElement.classList.contains("inside");
const goInside = () => document.documentElement.classList.add("inside");
const tabButtons = () => [...document.querySelectorAll("#tabs > .tab-wrapper [data-tab-id]")];
const isTyping = (field) =>
  field.isContentEditable || field.tagName === "TEXTAREA" || field.tagName === "SELECT" ||
  (field.tagName === "INPUT" && !["range", "checkbox", "radio"].includes(field.type));

{
  let [awaited] = askedAtFirst();  // a tab that is asked for and not open yet
  let shown = location.search;
  const tell = (address) => {
    history.replaceState(history.state, "", address);
    shown = location.search;
  };

  // open it as soon as its button is there
  const open = (tab, tries = 600) => {
    const button = tabButtons().find((one) => one.dataset.tabId === tab);
    if (button) button.click();
    else if (tab && tries) setTimeout(open, 50, tab, tries - 1);
  };
  if (awaited) goInside();
  open(awaited);

  // the address of the tab that is open, and of the model that a person chooses there
  window.tabOpened = (tab) => {
    if (awaited && tab !== awaited && tabButtons().some((one) => one.dataset.tabId === awaited))
      return;
    awaited = "";
    // the first is open from the start, beneath the front; any other was asked for by something
    if (tab !== tabButtons()[0]?.dataset.tabId) goInside();
    if (inside() && askedFor()[0] !== tab) tell(`?tab=${tab}`);
  };
  // what was made is used again, in the tab that is open or will be in a moment
  window.usedAgain = () => {
    goInside();
    const tab = tabButtons().find((one) => one.ariaSelected === "true");
    window.tabOpened(tab.dataset.tabId);
    scrollTo(0, 0);
  };
  window.modelChosen = (tab, model) => {
    goInside();
    tell(`?${new URLSearchParams({ tab, model })}`);
  };

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("#tabs > .tab-wrapper [data-tab-id]");
    if (tab && event.isTrusted) {
      awaited = "";
      goInside();
      window.tabOpened(tab.dataset.tabId);
    }
    const link = event.target.closest("#front a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    history.pushState(null, "", link.getAttribute("href"));
    shown = location.search;
    [awaited] = askedFor();
    goInside();
    open(awaited);
    document.querySelector("#go-there").click();
    scrollTo(0, 0);
  });
  addEventListener("popstate", () => shown === location.search || location.reload());

  document.addEventListener("keydown", (event) => {
    if (isTyping(event.target)) return;
    if (event.altKey && /^Digit[1-7]$/.test(event.code)) {
      const tab = tabButtons()[Number(event.code.at(-1)) - 1];
      if (!tab) return;
      event.preventDefault();
      awaited = "";
      goInside();
      tab.click();
      tab.focus();
    } else if (event.key === "?") {
      document.querySelector("#shortcuts").showModal();
    }
  });
}
