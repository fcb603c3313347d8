// Small comforts on top of pages that work without them: ticks that survive a reload, reading aloud, printing.
// Strict CSP: no inline handlers, nothing but the `hidden` property is changed for looks.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- Checklists: the texts of the ticked boxes are kept on this device, under the guide's slug. ---

  const keyOf = (list) => `gan-dan:checklist:${list.dataset.checklist}`;
  const boxesOf = (list) => all("input[type=checkbox]", list);
  // The text, not the position: a guide that gains a paper must not move old ticks to other papers.
  const nameOf = (box) => (box.closest("label").querySelector(".check__item") || box).textContent.trim();

  const save = (list) => {
    const ticked = boxesOf(list).filter((box) => box.checked).map(nameOf);
    try {
      if (ticked.length) localStorage.setItem(keyOf(list), JSON.stringify(ticked));
      else localStorage.removeItem(keyOf(list));
    } catch {
      // Private window or full storage: the boxes still work until the page is left.
    }
    showClear(list);
  };

  const showClear = (list) => {
    for (const clear of all("[data-checklist-clear]", list)) clear.hidden = !boxesOf(list).some((box) => box.checked);
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

  // --- Reading aloud, where the device has a voice for the language of the text. ---

  const speech = window.speechSynthesis;
  let reading = null;

  const voiceFor = (lang) => speech.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(lang));
  const langOf = (node) => node.closest("[lang]").lang.slice(0, 2).toLowerCase();
  const targetOf = (button) => document.querySelector(button.dataset.readAloud);

  // The label and its data attribute change places: "Đọc to" and "Dừng đọc".
  const swapLabel = (button) => {
    const label = button.querySelector("span") || button;
    const next = button.dataset.labelStop;
    button.dataset.labelStop = label.textContent;
    label.textContent = next;
  };

  const stop = () => {
    if (reading) swapLabel(reading.button);
    reading = null;
    speech?.cancel();
  };

  // What is visible, without the buttons; sentence by sentence, because some engines fall silent in a long text.
  const sentencesOf = (target) =>
    all(":scope > :not(.prints)", target)
      .map((part) => part.innerText)
      .join("\n")
      .replace(/([.!?…:;])\s+/g, "$1\n")
      .split("\n")
      .filter((part) => part.trim());

  const read = (button) => {
    const target = targetOf(button);
    const sentences = sentencesOf(target);
    if (!sentences.length) return;
    stop();
    const mine = (reading = { button });
    swapLabel(button);
    sentences.forEach((sentence, index) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      utterance.lang = langOf(target);
      utterance.voice = voiceFor(utterance.lang) || null;
      if (index === sentences.length - 1) utterance.onend = () => reading === mine && stop();
      speech.speak(utterance);
    });
  };

  const showReaders = () => {
    for (const button of all("[data-read-aloud]")) {
      const target = targetOf(button);
      button.hidden = !(speech && target && voiceFor(langOf(target)));
    }
  };

  // --- Wiring: one listener each on the document, so that fragments swapped in later work too. ---

  const prepare = () => {
    all("[data-checklist]").forEach(restore);
    for (const button of all("[data-print]")) button.hidden = false;
    showReaders();
  };

  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-checklist]");
    if (list) save(list);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-checklist-clear]")) clearAll(button.closest("[data-checklist]"));
    else if (button.matches("[data-print]")) window.print();
    else if (button.matches("[data-read-aloud]")) {
      if (reading?.button === button) stop();
      else read(button);
    }
  });

  document.addEventListener("htmx:after:swap", prepare);
  window.addEventListener("pagehide", stop);
  speech?.addEventListener?.("voiceschanged", showReaders);
  prepare();
})();
