// Copying the code; without it, the code is text on the page like any other.
(() => {
  "use strict";

  const buttons = [...document.querySelectorAll("[data-copy]")];
  if (!navigator.clipboard) return;
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.querySelector(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent.trim());
        button.querySelector("span").textContent = button.dataset.copied;
        document.querySelector("[data-copy-status]").textContent = button.dataset.copied;
      } catch {
        getSelection().selectAllChildren(source); // not allowed to copy: the person can
      }
    });
  }
})();
