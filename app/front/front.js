// The page's address and its tabs say the same: `?tab=translate&model=photo-ukiyoe` opens them, and
// the address follows the tab that is open. The first lines run before there is a page.
{
  const asked = () => {
    const parts = new URLSearchParams(location.search);
    return ["tab", "model", "part"].map((name) => parts.get(name) ?? "");
  };
  const inside = () => document.documentElement.classList.add("inside");
  const atFirst = asked();
  let awaited = atFirst[0];  // a tab that is asked for and not open yet
  if (awaited) inside();

  // what the address said before any tab was open, and what a link of the front page says
  window.askedAtFirst = () => atFirst;
  window.askedFor = asked;

  // the address of the tab that is open; what it says of a model holds only as it is opened
  window.tabOpened = (tab) => {
    if (awaited && tab !== awaited) return;
    awaited = "";
    if (!document.documentElement.classList.contains("inside") || asked()[0] === tab) return;
    history.replaceState(history.state, "", `?tab=${tab}`);
  };

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("#tabs > .tab-wrapper [role=tab]");
    if (tab && event.isTrusted) {
      awaited = "";
      inside();
      window.tabOpened(tab.id.replace(/-button$/, ""));
    }
    const link = event.target.closest("#front a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    history.pushState(null, "", link.getAttribute("href"));
    [awaited] = asked();
    inside();
    document.querySelector("#go-there").click();
    scrollTo(0, 0);
  });
  addEventListener("popstate", () => location.reload());

  const typing = (field) =>
    field.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(field.tagName);
  document.addEventListener("keydown", (event) => {
    if (event.altKey && /^Digit[1-7]$/.test(event.code)) {
      const tabs = document.querySelectorAll("#tabs > .tab-wrapper [role=tab]");
      const tab = tabs[Number(event.code.at(-1)) - 1];
      if (!tab) return;
      event.preventDefault();
      awaited = "";
      inside();
      tab.click();
      tab.focus();
    } else if (event.key === "?" && !typing(event.target)) {
      document.querySelector("#shortcuts").showModal();
    }
  });
}
