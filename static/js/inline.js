// A link with this script opens where it stands: its page's fragment takes the place of what holds the link, and so do the
// answers to the fragment's forms. site.js fetches this at the first press; whatever fails leads to the page itself.
(() => {
  "use strict";

  const ask = async (address, options) => {
    const response = await fetch(address, { ...options, headers: { "HX-Request": "true" } });
    if (!response.ok && ![422, 429].includes(response.status)) throw new Error(response.status);
    return response.text();
  };

  const put = (old, text) => {
    const box = document.createElement("div");
    box.tabIndex = -1;
    box.dataset.inlineBox = "";
    box.innerHTML = text;
    old.replaceWith(box);
    box.focus();
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-script]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      put(link.parentElement, await ask(link.href));
    } catch {
      location.assign(link.href);
    }
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const box = form.closest("[data-inline-box]");
    if (!box || !form.matches("[data-inline]")) return;
    event.preventDefault();
    try {
      const body = new URLSearchParams(new FormData(form, event.submitter));
      put(box, await ask(form.action, { method: "POST", body }));
    } catch {
      location.assign(form.action);
    }
  });
})();
