() => document.querySelector("#before-after").scrollIntoView(
  { behavior: "smooth", block: "nearest" })
