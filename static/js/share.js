// Copying a text, and the telephone's own sheet for handing it on. Without either, the text is there to be marked, and the
// links beside it work by themselves.
(() => {
  "use strict";

  const status = document.querySelector("[data-share-status]");
  const say = (text) => {
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = text; });
  };

  const copy = async (button) => {
    const source = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      say(button.dataset.copied);
      const word = button.querySelector("span");
      const before = word.textContent;
      if (before === button.dataset.copied) return;
      word.textContent = button.dataset.copied;
      setTimeout(() => { word.textContent = before; }, 3000);
    } catch {
      getSelection().selectAllChildren(source); // not allowed to copy: the person can
    }
  };

  const share = async (button) => {
    try {
      await navigator.share({ title: button.dataset.title, url: button.dataset.share });
    } catch {
      // Closed without sharing, or there is nothing to share with: both are theirs to see.
    }
  };

  const can = { copy: Boolean(navigator.clipboard), share: Boolean(navigator.share) };
  for (const button of document.querySelectorAll("[data-copy],[data-share]")) {
    button.hidden = button.dataset.copy ? !can.copy : !can.share;
    button.addEventListener("click", () => (button.dataset.copy ? copy(button) : share(button)));
  }
})();
