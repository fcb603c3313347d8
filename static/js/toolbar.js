// Buttons over the Markdown texts of the editor: bold, link, lists, heading. The toolbar is one stop of the tab key; the arrow
// keys go through its buttons. Whatever they write can be taken back with the browser's own undo.
(() => {
  "use strict";

  const template = document.querySelector("template[data-toolbar]");
  if (!template) return;
  const LINK = "https://";

  // Puts a text in the place of what is selected, and selects from..to of the whole.
  const put = (field, text, from, to) => {
    field.focus();
    // The only way that keeps the undo history; where it is gone, the text still gets there.
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.setSelectionRange(from, to);
  };

  const selected = ({ value, selectionStart: start, selectionEnd: end }) => ({ value, start, end, text: value.slice(start, end) });

  const bold = (field) => {
    const { value, start, end, text } = selected(field);
    if (text.length > 4 && text.startsWith("**") && text.endsWith("**")) {
      put(field, text.slice(2, -2), start, end - 4);
    } else if (value.slice(start - 2, start) === "**" && value.slice(end, end + 2) === "**") {
      field.setSelectionRange(start - 2, end + 2);
      put(field, text, start - 2, end - 2);
    } else {
      // Marks beside a space mean nothing.
      const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text || template.dataset.words);
      const at = start + before.length + 2;
      put(field, `${before}**${words}**${after}`, at, at + words.length);
    }
  };

  const link = (field) => {
    const { start, text } = selected(field);
    const isAddress = /^https:\/\/\S+$/.test(text);
    const words = isAddress || !text ? template.dataset.words : text;
    const address = isAddress ? text : LINK;
    const at = start + 1 + (isAddress ? 0 : words.length + 2);
    put(field, `[${words}](${address})`, at, at + (isAddress ? words.length : address.length));
  };

  // Marks the beginnings of the lines that the selection touches, or takes the marks away where all have them.
  const lines = (field, pattern, mark, needsGap) => {
    const { value, start, end } = selected(field);
    const from = value.lastIndexOf("\n", start - 1) + 1;
    const next = value.indexOf("\n", end);
    const to = next < 0 ? value.length : next;
    const old = value.slice(from, to).split("\n");
    const isMarked = old.every((line) => pattern.test(line) || !line.trim());
    const takesAway = isMarked && old.some((line) => line.trim());
    const plain = old.map((line) => line.replace(/^(?:[-*] |\d+[.)] |#{1,6} )/, ""));
    let number = 0;
    const fresh = plain.map((line) => (takesAway || (!line.trim() && plain.length > 1) ? line : mark(number += 1) + line));
    // A list begins after an empty line, or it is part of the paragraph before.
    const before = value.slice(0, from);
    const gap = needsGap && !takesAway && /[^\n]\n$/.test(before) && !pattern.test(before.trimEnd().split("\n").pop()) ? "\n" : "";
    field.setSelectionRange(from, to);
    const text = gap + fresh.join("\n");
    put(field, text, from + text.length, from + text.length);
  };

  const ACTS = {
    bold,
    link,
    list: (field) => lines(field, /^[-*] /, () => "- ", true),
    numbers: (field) => lines(field, /^\d+[.)] /, (number) => `${number}. `, true),
    heading: (field) => lines(field, /^#{1,6} /, () => "### ", true),
  };

  const add = (field) => {
    const bar = template.content.firstElementChild.cloneNode(true);
    for (const button of bar.querySelectorAll("[data-kinds]")) {
      if (!button.dataset.kinds.split(" ").includes(field.dataset.markdown)) button.remove();
    }
    const label = field.labels[0].firstChild.textContent.trim();
    bar.setAttribute("aria-label", template.dataset.toolbar.replace("{field}", () => label));
    bar.setAttribute("aria-controls", field.id);
    [...bar.children].forEach((button, index) => { button.tabIndex = index ? -1 : 0; });
    field.before(bar);
  };

  const addAll = () => {
    for (const field of document.querySelectorAll("textarea[data-markdown]")) {
      if (!field.previousElementSibling?.matches(".md-bar")) add(field);
    }
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-md]");
    if (button) ACTS[button.dataset.md](document.getElementById(button.parentElement.getAttribute("aria-controls")));
  });

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (target.matches("textarea[data-markdown]") && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      const act = { b: bold, k: link }[key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act(target);
    } else if (target.matches("[data-md]")) {
      const buttons = [...target.parentElement.children];
      const here = buttons.indexOf(target);
      const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: buttons.length - 1 }[key];
      if (to === undefined) return;
      event.preventDefault();
      const chosen = buttons[(to + buttons.length) % buttons.length];
      target.tabIndex = -1;
      chosen.tabIndex = 0;
      chosen.focus();
    }
  });

  document.addEventListener("draft:replaced", addAll);
  addAll();
})();
