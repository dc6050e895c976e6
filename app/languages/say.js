// In the head of the page, before anything of Gradio's: the language of the page, and the words
// that scripts say, which served.py puts in. Gradio's own words follow the browser's language, so that
// says the same here.
{
  const { language, words } = GIVEN;
  for (const [name, value] of [["language", language], ["languages", [language]]])
    Object.defineProperty(navigator, name, { get: () => value, configurable: true });

  // a text in the language of the page, with values in its places: say("Answer {number}", { number })
  window.say = (text, values = {}) =>
    (words[text] ?? text).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

  // the switch in the masthead
  window.speak = (chosen) => {
    document.cookie = `language=${chosen}; path=/; max-age=31536000; SameSite=Lax`;
    location.reload();
  };
}
