"""The look of the page: paper and ink, one accent, light and dark. Nothing is fetched from
elsewhere."""

import gradio as gr
from gradio.themes import Color, Font, sizes

ACCENT = Color(
    "#fdf3ef", "#fbe3da", "#f6c4b3", "#ef9d83", "#e57455", "#cf4f2f", "#b33f22", "#93331d",
    "#77301f", "#632c1f", "#36130b", name="vermilion",
)  # fmt: skip
PAPER = Color(
    "#fbf9f5", "#f4f0e8", "#e8e2d6", "#d6cebf", "#aaa191", "#7d7567", "#5e574c", "#474138",
    "#2d2a25", "#1e1c19", "#141311", name="paper",
)  # fmt: skip
SANS = (Font("Inter"), Font("Segoe UI"), Font("system-ui"), Font("sans-serif"))
MONO = (Font("ui-monospace"), Font("Consolas"), Font("monospace"))

THEME = gr.themes.Base(
    primary_hue=ACCENT,
    neutral_hue=PAPER,
    radius_size=sizes.radius_md,
    spacing_size=sizes.spacing_md,
    font=SANS,
    font_mono=MONO,
).set(
    body_background_fill="*neutral_50",
    body_background_fill_dark="*neutral_950",
    block_background_fill="white",
    block_background_fill_dark="*neutral_900",
    block_border_color="*neutral_200",
    block_border_color_dark="*neutral_800",
    block_border_width="1px",
    block_shadow="none",
    block_label_background_fill="transparent",
    block_label_background_fill_dark="transparent",
    block_label_border_width="0px",
    block_label_text_color="*neutral_600",
    block_label_text_color_dark="*neutral_400",
    block_title_text_color="*neutral_700",
    block_title_text_color_dark="*neutral_300",
    input_background_fill="*neutral_50",
    input_background_fill_dark="*neutral_950",
    button_primary_background_fill="*primary_500",
    button_primary_background_fill_hover="*primary_600",
    button_primary_background_fill_dark="*primary_500",
    button_primary_background_fill_hover_dark="*primary_400",
    button_primary_text_color="white",
    button_secondary_background_fill="*neutral_100",
    button_secondary_background_fill_dark="*neutral_800",
    slider_color="*primary_500",
    link_text_color="*primary_600",
    link_text_color_dark="*primary_300",
)

CSS = """
.gradio-container { max-width: 1120px !important; width: 100%; margin: 0 auto !important; }
.gradio-container > .main.app { padding: 1rem clamp(.6rem, 5vw - .6rem, 2rem); }
#masthead { padding: 1.4rem .25rem .4rem; }
#masthead h1 { font-family: "Iowan Old Style", Palatino, "Book Antiqua", Georgia, serif;
  font-size: 2.4rem; font-weight: 500; letter-spacing: -.01em; margin: 0; line-height: 1.1; }
#masthead p { margin: .3rem 0 0; color: var(--body-text-color-subdued); font-size: 1.02rem; }
#masthead em { color: var(--primary-500); font-style: normal; }
.picture img { image-rendering: auto; border-radius: var(--radius-md); }
.picture { background: #000 !important; height: auto !important; }
.picture img { max-height: 30rem; width: 100%; object-fit: contain; }
.classes .wrap { display: grid; grid-template-columns: repeat(auto-fit, minmax(2.65rem, 1fr)); gap:
.45rem; } .classes label { justify-content: center; font-size: 1.1rem; padding: .55rem .2rem
!important; } .classes label input { position: absolute; opacity: 0; }
.classes label:focus-within { outline: 2px solid var(--primary-400); outline-offset: 1px; }
.classes label span { margin: 0 !important; }
.classes label.selected { background: var(--primary-500) !important; color: white !important;
  border-color: var(--primary-500) !important; }
.classes label.selected span { color: white !important; }
.card { padding: .2rem .1rem; font-size: .92rem; }
.card h3 { font-family: "Iowan Old Style", Palatino, "Book Antiqua", Georgia, serif; font-weight:
  500; font-size: 1.35rem; margin: 0 0 .2rem; }
.card h4 { margin: .9rem 0 .2rem; font-size: .78rem; letter-spacing: .06em; text-transform:
  uppercase; color: var(--body-text-color-subdued); font-weight: 600; }
.card p { margin: .2rem 0 .5rem; }
.card dl { margin: 0; }
.card dl > div { display: flex; justify-content: space-between; gap: 1rem; padding: .28rem 0;
  border-bottom: 1px solid var(--border-color-primary); }
.card dt { color: var(--body-text-color-subdued); }
.card dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.card small { color: var(--body-text-color-subdued); white-space: nowrap; }
.card .layout { display: block; margin: .7rem 0 .2rem; max-width: 100%; height: auto;
  font-size: .95rem; }
.card .bars { margin-top: .8rem; }
.card ::-webkit-meter-optimum-value { background: var(--primary-500); }
.card ::-moz-meter-bar { background: var(--primary-500); }
.card meter { width: 7rem; height: .8rem; vertical-align: middle; }
.card summary { cursor: pointer; padding: .45rem 0 .2rem; color: var(--body-text-color-subdued); }
.card .papers { margin-top: .8rem; }
.listing, .listing .html-container, #take-along .html-container { padding: 0 !important; }
.listing label { display: flex; gap: .8rem; padding: .6rem; margin-bottom: .5rem; cursor: pointer;
  border: 1px solid var(--border-color-primary); border-radius: var(--radius-md);
  background: var(--block-background-fill); }
label:hover input:checked {
  background-color: var(--checkbox-background-color-selected) !important; }
.listing label:hover, .listing label:has(:checked) { border-color: var(--primary-500); }
.listing label:has(:checked) { box-shadow: 0 0 0 1px var(--primary-500); }
.listing label:has(:focus-visible) { outline: 2px solid var(--primary-400); outline-offset: 2px; }
.listing input { position: absolute; opacity: 0; }
.listing img, .listing i { width: 5rem; height: 5rem; flex: none; border-radius: var(--radius-sm);
  background: var(--border-color-primary); }
.listing label > span { display: flex; flex-direction: column; gap: .15rem; min-width: 0;
  font-size: .9rem; overflow-wrap: anywhere; }
.listing b { font-size: 1rem; font-weight: 600; }
.listing small { color: var(--body-text-color-subdued); }
.broken { color: var(--primary-500); }
#file > .wrap:has(.error), #model-files > .wrap:has(.error),
#file:has(.empty):has(> .wrap.hide, > .wrap .error) { display: none; }
#file .empty { min-height: 6rem; }
#samples img { max-height: 24rem; object-fit: contain; }
#options { max-height: 26rem; overflow-y: auto; }
#options label { display: grid; grid-template-columns: minmax(7rem, 1fr) minmax(7rem, 1fr);
  gap: .1rem .8rem; align-items: center; padding: .45rem 0;
  border-bottom: 1px solid var(--border-color-primary); font-size: .9rem; }
#options input, #options select { width: 100%; padding: .3rem .5rem; color: inherit;
  border: 1px solid var(--border-color-primary); border-radius: var(--radius-sm);
  background: var(--input-background-fill); }
#options small { grid-column: 1 / -1; color: var(--body-text-color-subdued); }
#look img { max-height: 26rem; object-fit: contain; }
#run-samples .image-container, #look .image-container { padding-top: 1.6rem; }
#run-samples img { max-height: 34rem; object-fit: contain; }
#examples .gallery { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .45rem; }
#examples .gallery-item span { display: block; width: 100%; }
#examples .container { display: block; width: 100%; max-width: none; height: auto;
  aspect-ratio: 1; background: white; }
#examples img { width: 100%; height: 100%; object-fit: contain; }
#before-after > .wrap:has(.error), #progress > .wrap:has(.error) { display: none; }
#before-after:has(.empty):has(> .wrap.hide, > .wrap .error), #made:has(.empty), #cycle:has(.empty),
#before-after:has(.empty) ~ .beneath #download, #progress:not(:has(.ready)) ~ #zip-of-files
  { display: none; }
#made .grid-wrap, #cycle .grid-wrap { min-height: 0; max-height: none; }
#made .grid-container, #cycle .grid-container { padding-top: 1.7rem; }
#translated .html-container { padding: .4rem .2rem; color: var(--block-title-text-color);
  font-size: .9rem; }
.card progress { appearance: none; width: 100%; height: .5rem; border: 0; overflow: hidden;
  border-radius: var(--radius-full); background: var(--border-color-primary); }
.card ::-webkit-progress-bar { background: var(--border-color-primary); }
.card ::-webkit-progress-value { background: var(--primary-500); }
.card ::-moz-progress-bar { background: var(--primary-500); }
.card ul { padding-left: 1.2rem; overflow-wrap: anywhere; }
#twin:has(.empty), #variations:has(.empty) { display: none; }
#twin-words .html-container { padding: 0 .2rem; font-size: .95rem; }
footer { opacity: .7; }
footer .divider { visibility: hidden; }
.dark input[type="range"] { background-color: var(--neutral-700) !important; }
.dark input[type="range"]::-webkit-slider-runnable-track { background-color: transparent; }
@media (max-width: 640px) {
  .tab-container button { padding: 0 .3rem !important; font-size: .88rem; }
  #masthead h1 { font-size: 2rem; }
  .shelf > .column { display: contents; }
  .shelf #add-model { order: 1; }
  #examples .gallery { display: flex; flex-wrap: nowrap; overflow-x: auto; }
  #examples .gallery-item { flex: none; width: 4.2rem; }
}
"""

# Enter presses the button of the open page part, wherever the focus is, except where Enter has a
# meaning of its own.
HEAD = """
<script>
document.addEventListener("keydown", (event) => {
  const own = ["BUTTON", "A", "TEXTAREA", "SELECT"];
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || own.includes(field.tagName)) return;
  if (field.getAttribute("role") === "listbox" || field.closest(".model-picker, #own-data")) return;
  const button = [...document.querySelectorAll("button.go")].find((one) => one.offsetParent !==
  null); if (!button) return;
  event.preventDefault();
  setTimeout(() => button.click(), 60);  // after the field has told its new value
});
</script>
"""
