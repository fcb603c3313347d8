// The draft as its page will be on a phone, in a frame beside the editor: asked for when somebody has stopped typing, while the
// frame is open. What stands in the form is sent and drawn; nothing of it is stored.
(() => {
  "use strict";

  const QUIET = 800; // milliseconds without a key
  const panel = document.querySelector("[data-preview]");
  const form = () => document.querySelector("[data-editor]");
  if (!panel || !form()) return;
  const frame = panel.querySelector("iframe");
  const line = panel.querySelector("[role=status]");
  let timer = 0;
  let asking = null;
  let shown = "";
  let language = "";

  const say = (text) => {
    if (line.textContent !== text) line.textContent = text;
  };

  const show = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const old = frame.contentDocument;
    if (!shown || !old?.body) {
      frame.srcdoc = text;
    } else { // in place, so that what is looked at stays where it is
      const open = [...old.querySelectorAll("details")].map((one) => one.open);
      old.documentElement.lang = page.documentElement.lang;
      old.body.replaceWith(old.adoptNode(page.body));
      const fresh = [...old.querySelectorAll("details")];
      if (fresh.length === open.length) fresh.forEach((one, index) => { one.open = open[index]; });
    }
    shown = text;
  };

  const ask = async () => {
    clearTimeout(timer);
    if (!panel.open) return;
    asking?.abort();
    const mine = asking = new AbortController();
    const button = [...form().querySelectorAll("[data-live]")].find((one) => one.dataset.live === language)
      || form().querySelector("[data-live]");
    try {
      const body = new URLSearchParams(new FormData(form()));
      const answer = await fetch(button.formAction, {
        method: "POST", body, redirect: "manual", cache: "no-store", credentials: "same-origin", signal: mine.signal,
      });
      const text = answer.type === "opaqueredirect" ? "" : await answer.text();
      if (mine !== asking) return;
      if (answer.status === 200) show(text);
      say(answer.status === 200 ? "" : answer.status === 409 || answer.status === 422 ? text : panel.dataset.failed);
    } catch {
      if (mine === asking) say(panel.dataset.failed);
    }
  };

  // Where in the page a part of the form is.
  const PLACES = {
    who: "ai-lam", prepare: "chuan-bi", looked_up: "chuan-bi", steps: "cac-buoc", videos: "video", channels: "cach-nop",
    result: "ket-qua", tips: "meo", mistakes: "hay-nham", questions: "hoi-dap",
  };

  const goTo = (name) => {
    const [, part, row] = name.split(".");
    const page = frame.contentDocument;
    const heading = page?.getElementById(PLACES[part]);
    const place = (part === "steps" && page?.querySelectorAll(".steps > li")[row]) || heading;
    if (place) frame.contentWindow.scrollTo(0, place.getBoundingClientRect().top + frame.contentWindow.scrollY - 8);
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, QUIET);
  };

  document.addEventListener("input", ({ target }) => {
    if (form().contains(target)) later();
  });
  document.addEventListener("focusin", ({ target }) => {
    const name = target.name || "";
    const [first] = name.split(".");
    if (!form().contains(target) || !form().querySelector(`[data-live="${CSS.escape(first)}"]`)) return;
    goTo(name);
    if (first === language) return;
    language = first;
    later();
  });
  document.addEventListener("draft:replaced", later);
  panel.addEventListener("toggle", ask);

  panel.hidden = false;
  // Where there is room beside the form, it is open from the start.
  if (matchMedia("(min-width: 75rem)").matches) panel.open = true;
})();
