// Keys of the officers' queue: j and k go to the next and previous case, o opens it. The box turns them off; that is kept.
(() => {
  "use strict";

  const KEPT = "gan-dan:phim-tat";
  const help = document.querySelector("[data-keys]");
  const links = [...document.querySelectorAll("[data-open]")];
  if (!help || !links.length) return;

  const box = help.querySelector("[data-keys-switch]");
  help.hidden = false;
  try {
    box.checked = localStorage.getItem(KEPT) !== "off";
  } catch {
    // Nothing can be kept: on.
  }
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, box.checked ? "on" : "off");
    } catch {
      // It holds until the page is left.
    }
  });

  // Where the list stands beside a case, the one that is open is where the keys begin.
  const start = links.findIndex((link) => link.getAttribute("aria-current"));

  const go = (by) => {
    const at = links.indexOf(document.activeElement);
    const from = at >= 0 ? at : start;
    const to = from < 0 ? 0 : Math.min(Math.max(from + by, 0), links.length - 1);
    links[to].focus();
    links[to].scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, summary, [contenteditable]") && event.target !== box) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "o" && links.includes(document.activeElement)) document.activeElement.click();
  });
})();
