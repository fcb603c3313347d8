// Suggestions below the search box: an editable combobox with a list of options (ARIA Authoring Practices). The server writes
// the list and htmx fetches it (attributes of search_box in components/forms.html); here are keys, roles and patience.
(() => {
  "use strict";

  const QUIET = 250; // milliseconds without a key before the server is asked …
  const COMPOSING = 700; // … and while an input method still holds the word: phone keyboards do so until the next space.
  const field = document.querySelector("[data-htmx]");
  const network = navigator.connection;
  const shown = location.search;

  // htmx takes the reader back and forth between the searches of one visit; until it is there nobody does.
  addEventListener("popstate", () => window.htmx || location.search === shown || location.reload());

  // Guides are asked for with the commune that this phone keeps (place.js).
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("main a[href*='/huong-dan/']");
    try {
      if (link && !link.search) link.search = `?xa=${JSON.parse(localStorage.getItem("gan-dan:xa")).slug}`;
    } catch {
      // Nothing is kept, or nothing can be.
    }
  });

  // Who saves data, or waits long for each answer, is better served by the search itself.
  if (!field || network?.saveData || /2g/.test(network?.effectiveType)) return;

  const { form } = field;
  const status = document.getElementById("goi-y-bao");
  const list = () => document.getElementById("goi-y");
  const results = () => document.getElementById("ket-qua");
  const options = () => [...list().querySelectorAll("[role=option]")];
  const picked = () => document.getElementById(field.getAttribute("aria-activedescendant"));
  const textOf = () => field.value.normalize().trim().replace(/\s+/g, " ");
  const isTouched = () => matchMedia("(pointer: coarse)").matches;
  const isLongEnough = (text) => /[\p{L}\p{N}].*[\p{L}\p{N}]/u.test(text);

  let timer = 0;
  let listed = textOf(); // the text that the list answers; what stands in the box at first was searched already
  let asked = null; // the text whose answer is awaited
  let wasInResults = false;

  const pick = (option) => {
    for (const other of options()) other.setAttribute("aria-selected", other === option);
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };

  const show = (isOpen) => {
    list().hidden = !isOpen;
    field.setAttribute("aria-expanded", isOpen);
    if (!isOpen) pick(null);
  };

  const close = () => {
    clearTimeout(timer);
    asked = null;
    field.dispatchEvent(new Event("htmx:abort"));
    status.textContent = "";
    show(false);
  };

  // Asks for suggestions, or shows those at hand. Nobody hears the event until htmx is there: see htmx:after:init.
  const ask = () => {
    if (textOf() === listed) return show(options().length > 0);
    asked = textOf();
    field.dispatchEvent(new Event("suggest"));
  };

  const typed = (quiet) => {
    clearTimeout(timer);
    pick(null);
    if (!isLongEnough(textOf())) close();
    else if (textOf() !== asked) timer = setTimeout(ask, quiet);
  };

  const move = (step) => {
    if (list().hidden && isLongEnough(textOf())) ask();
    if (list().hidden) return;
    const all = options();
    const from = all.indexOf(picked());
    pick(all[(Math.max(from, step < 0 ? 0 : -1) + step + all.length) % all.length]);
  };

  const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: close, Enter: () => picked().click() };

  field.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (key === "Enter" && !picked()) close();
    else if (keys[key] && (!list().hidden || key.startsWith("Arrow"))) {
      event.preventDefault();
      keys[key]();
    } else if (/^(Home|End|ArrowLeft|ArrowRight)$/.test(key)) pick(null);
  });
  field.addEventListener("input", (event) => typed(event.isComposing ? COMPOSING : QUIET));
  field.addEventListener("compositionend", () => typed(QUIET));
  field.addEventListener("blur", close);
  // Pressing the box again brings a closed list back.
  field.addEventListener("click", () => list().hidden && isLongEnough(textOf()) && ask());
  // A phone's keyboard leaves room for the box and the list only where they begin at the top. Not at once: the box must not
  // slip away from under the finger.
  field.addEventListener("focus", () => isTouched() && setTimeout(() => {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    form.scrollIntoView({ behavior: isStill ? "instant" : "smooth" });
  }, 100));

  // --- htmx, for the list and (on the search page) for the results. It comes when somebody goes to the form. ---

  const loadHtmx = () => {
    const script = document.createElement("script");
    script.src = field.dataset.htmx;
    document.head.append(script);
  };
  form.addEventListener("focusin", loadHtmx, { once: true });
  form.addEventListener("change", ({ target }) => !window.htmx && target.matches("select") && form.submit());
  field.addEventListener("htmx:after:init", () => asked && ask());

  form.addEventListener("htmx:config:request", ({ target, detail }) => {
    const { body } = detail.ctx.request;
    for (const [name, value] of [...body]) if (target === field ? name !== "q" : !value) body.delete(name);
  });

  form.addEventListener("htmx:before:swap", (event) => {
    wasInResults = results()?.contains(document.activeElement);
    const isPage = event.detail.ctx.response.status === 200;
    // Only the answer to the text that still stands in the box is shown.
    if (!isPage || (event.target === field && asked !== textOf())) event.preventDefault();
    if (!isPage && event.target === form) form.submit(); // the browser shows what is wrong
  });

  form.addEventListener("htmx:error", ({ target }) => target === form && form.submit());

  form.addEventListener("htmx:after:swap", ({ target }) => {
    if (target === field) {
      listed = asked;
      asked = null;
      show(options().length > 0);
      status.textContent = list().dataset.status;
    } else {
      for (const link of document.querySelectorAll("header a[hreflang]")) link.search = location.search;
      if (wasInResults && !results().contains(document.activeElement)) results().focus();
    }
  });

  // A phone's keyboard would cover the results.
  form.addEventListener("submit", () => isTouched() && field.blur());

  // --- The list: pressing it leaves the focus in the box; its last row sends the form as it stands, filters included. ---

  form.addEventListener("mousedown", (event) => event.target.closest("#goi-y") && event.preventDefault());
  form.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
    close();
    if (!option.matches("[data-search-all]")) return;
    event.preventDefault();
    form.requestSubmit();
  });

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", "goi-y");
  field.setAttribute("aria-expanded", "false");
})();
