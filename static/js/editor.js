// The editor of a draft: saves while somebody writes, keeps on this machine what could not be saved, and changes lists
// without leaving the page. Without this script every button of the form does the same by loading the page anew.
(() => {
  "use strict";

  const QUIET = 3000; // milliseconds without a key before the draft is saved
  const AGAIN = 15000;
  const form = () => document.querySelector("[data-editor]");
  if (!form()) return;
  const KEY = `gan-dan:draft:${form().dataset.code}`;
  let timer = 0;
  let isDirty = false;
  let isSending = false;

  const words = (name) => form().dataset[name];
  const status = (text) => {
    const line = form().querySelector("[data-editor-status]");
    if (line.textContent !== text) line.textContent = text;
  };
  const counter = () => form().elements.counter;
  const fields = (submitter) => new URLSearchParams(new FormData(form(), submitter));
  const part = (submitter) => {
    const sent = fields(submitter);
    sent.append("part", "1"); // the form alone is answered
    return sent;
  };

  const keep = () => {
    try {
      const typed = [...fields()].filter(([name]) => name !== "csrf_token" && name !== "counter");
      localStorage.setItem(KEY, JSON.stringify({ counter: counter().value, typed }));
    } catch {
      // Nothing can be kept here; the page warns before it is left.
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(KEY);
    } catch {
      // Nothing was kept.
    }
  };

  const send = (body) => fetch(form().action, {
    method: "POST", body, redirect: "manual", cache: "no-store", credentials: "same-origin",
    headers: { "HX-Request": "true" },
  });

  // The form as the server has it now: its counter is what the next save goes on from.
  const received = (text) => new DOMParser().parseFromString(text, "text/html").querySelector("[data-editor]");

  const save = async () => {
    clearTimeout(timer);
    if (!isDirty || isSending) return;
    isSending = true;
    isDirty = false;
    status(words("saving"));
    try {
      const answer = await send(part());
      const fresh = answer.type === "opaqueredirect" ? null : received(await answer.text());
      if (answer.status === 200 && fresh) {
        counter().value = fresh.elements.counter.value;
        forget();
        status(words("saved").replace("{time}", new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" })));
      } else {
        isDirty = true;
        keep();
        status(words(answer.status === 409 ? "meanwhile" : "waiting"));
        if (answer.status !== 409) timer = setTimeout(save, AGAIN);
      }
    } catch {
      isDirty = true;
      keep();
      status(words("waiting"));
      timer = setTimeout(save, AGAIN);
    } finally {
      isSending = false;
    }
  };

  const replace = (fresh) => {
    const top = scrollY;
    const open = [...form().querySelectorAll("details.edit-language")].map((one) => one.open);
    form().replaceWith(fresh);
    fresh.querySelectorAll("details.edit-language").forEach((one, index) => { one.open = open[index]; });
    scrollTo(0, top);
    document.dispatchEvent(new Event("draft:replaced"));
    const row = fresh.dataset.focus && document.getElementById(fresh.dataset.focus);
    if (!row) return;
    (row.querySelector("input, textarea") || row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("input", ({ target }) => {
    if (!form().contains(target)) return;
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, QUIET);
  });

  // What describes a picture doesn't describe the next one.
  document.addEventListener("change", ({ target }) => {
    if (!form().contains(target) || !/\.picture$/.test(target.name)) return;
    const before = [...target.options].find((one) => one.defaultSelected);
    const words = document.getElementById(`${target.id}_alt`);
    if (before?.value && words.value === words.defaultValue) words.value = "";
  });

  document.addEventListener("submit", async (event) => {
    if (event.target !== form()) return;
    const { submitter } = event;
    if (submitter?.matches("[data-live]")) return; // another tab shows it; this page stays, and saves as before
    const isOfList = submitter && /^(add|up|down|remove):/.test(submitter.value);
    clearTimeout(timer);
    if (!isOfList) {
      isDirty = false; // the form takes all with it
      keep();
      return;
    }
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      const answer = await send(part(submitter));
      const fresh = answer.type === "opaqueredirect" ? null : received(await answer.text());
      if (answer.status === 200 && fresh) {
        isDirty = false;
        forget();
        replace(fresh);
      } else {
        isDirty = true;
        keep();
        status(words(answer.status === 409 ? "meanwhile" : "waiting"));
      }
    } catch {
      isDirty = true;
      keep();
      status(words("waiting"));
    } finally {
      isSending = false;
    }
  });

  addEventListener("online", save);
  addEventListener("beforeunload", (event) => {
    if (isDirty || isSending) event.preventDefault();
  });
  // A phone ends what isn't looked at without asking. Saving now could overtake the page that comes next.
  document.addEventListener("visibilitychange", () => {
    if (isDirty && document.visibilityState === "hidden") keep();
  });

  // Where a row is gone that somebody wrote in, what stood in it is shown to be copied: nothing typed is lost.
  const showHomeless = (texts) => {
    const box = document.createElement("textarea");
    box.className = "input";
    box.rows = 6;
    box.readOnly = true;
    box.value = texts.join("\n\n");
    box.setAttribute("aria-label", words("homeless"));
    const note = document.createElement("p");
    note.textContent = words("homeless");
    form().before(note, box);
  };

  const restore = (typed) => {
    const homeless = [];
    for (const [name, text] of typed) {
      const field = form().elements.namedItem(name);
      if (field && "value" in field) field.value = text;
      else if (!field && text.trim()) homeless.push(text);
    }
    if (homeless.length) showHomeless(homeless);
    isDirty = true;
    save();
  };

  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    const differs = kept && kept.typed.some(([name, text]) => {
      const field = form().elements.namedItem(name);
      return field ? "value" in field && name !== "lam" && field.value.trim() !== text.trim() : name !== "part" && text.trim();
    });
    if (!differs) {
      forget();
    } else {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--quiet btn--small";
      button.textContent = words("restore");
      button.addEventListener("click", () => { button.remove(); restore(kept.typed); });
      status(words("found"));
      form().querySelector("[data-editor-status]").after(button);
    }
  } catch {
    forget();
  }
})();
