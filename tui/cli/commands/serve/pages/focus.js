// Once the app is drawn, keys go to it: nobody has to click first.
const drawn = new MutationObserver(() => {
  if (document.body.classList.contains("-first-byte")) {
    drawn.disconnect();
    document.querySelector(".xterm-helper-textarea").focus();
  }
});
addEventListener("load", () => drawn.observe(document.body, { attributeFilter: ["class"] }));
