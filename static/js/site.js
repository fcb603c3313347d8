// Small comforts on top of pages that work without them: ticks that survive a reload, printing, reading aloud.
// Strict CSP: no inline handlers, nothing but the `hidden` property is changed for looks.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- Checklists: the texts of the ticked boxes are kept on this device, under the guide's slug. ---

  const keyOf = (list) => `gan-dan:checklist:${list.dataset.checklist}`;
  const boxesOf = (list) => all("input", list);
  // The text, not the position: a guide that gains a paper must not move old ticks to other papers.
  const nameOf = (box) => (box.closest("label").querySelector(".check__item") || box).textContent.trim();

  const save = (list) => {
    const ticked = all(":checked", list).map(nameOf);
    try {
      if (ticked.length) localStorage.setItem(keyOf(list), JSON.stringify(ticked));
      else localStorage.removeItem(keyOf(list));
    } catch {
      // Private window or full storage: the boxes still work until the page is left.
    }
    showClear(list);
  };

  const showClear = (list) => {
    for (const clear of all("[data-checklist-clear]", list)) clear.hidden = !all(":checked", list).length;
  };

  const restore = (list) => {
    try {
      const ticked = JSON.parse(localStorage.getItem(keyOf(list)));
      for (const box of boxesOf(list)) box.checked = box.checked || ticked.includes(nameOf(box));
    } catch {
      // Nothing was kept, or nothing can be.
    }
    showClear(list);
  };

  const clearAll = (list) => {
    for (const box of boxesOf(list)) box.checked = false;
    boxesOf(list)[0]?.focus(); // the button that had the focus disappears
    save(list);
  };

  // --- Reading aloud: offered where the device has a voice for the language of the text; fetched when somebody wants it. ---

  const speech = window.speechSynthesis;

  const showReaders = () => {
    const voices = speech ? speech.getVoices() : [];
    for (const button of all("[data-read-aloud]")) {
      const { lang } = document.querySelector(button.dataset.readAloud).closest("[lang]");
      button.hidden = !voices.some((voice) => voice.lang.toLowerCase().startsWith(lang));
    }
  };

  // What a press needs beyond this file; with the keys that open another tab, a link stays a link.
  const fetched = new Set();
  const fetchScript = (event, button) => {
    const { script } = button.dataset;
    if (!script || event.ctrlKey || event.metaKey || event.shiftKey || fetched.has(script)) return;
    event.preventDefault();
    fetched.add(script);
    import(script).finally(() => button.click());
  };

  // --- The commune that place.js keeps on this device: a page that could answer for it offers that. ---

  const offerPlace = () => {
    try {
      const { slug, name } = JSON.parse(localStorage.getItem("gan-dan:xa"));
      for (const link of slug && name ? all("[data-place]") : []) {
        link.search = `xa=${encodeURIComponent(slug)}`;
        link.pathname = location.pathname;
        link.textContent = name;
      }
    } catch {
      // Nothing was kept, or nothing can be.
    }
  };

  // --- Somebody came by a short link: a script of its own counts that, see landed.js. ---

  if (location.hash[2] === "=") import("/g/js");

  // --- Wiring: one listener each on the document, so that fragments swapped in later work too. ---

  const prepare = () => {
    all("[data-checklist]").forEach(restore);
    offerPlace();
    for (const button of all("[data-print]")) button.hidden = false;
    showReaders();
  };

  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-checklist]");
    if (list) save(list);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button,[data-script]");
    if (!button) return;
    if (button.matches("[data-checklist-clear]")) clearAll(button.closest("[data-checklist]"));
    else if (button.matches("[data-print]")) window.print();
    else fetchScript(event, button);
  });

  document.addEventListener("htmx:after:swap", prepare);
  speech?.addEventListener?.("voiceschanged", showReaders);
  prepare();
})();
