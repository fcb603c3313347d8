// The commune that somebody chose, kept on this device and nowhere else: no cookie, nothing sent but in the addresses of links.
// Without it `?xa=` in the address alone does the same.
(() => {
  "use strict";

  const KEY = "gan-dan:xa";
  const address = new URL(location.href);
  const line = document.querySelector("[data-choice]");
  const parts = (name) => (line ? [...line.querySelectorAll(name)] : []);

  const kept = () => {
    try {
      const { slug, name } = JSON.parse(localStorage.getItem(KEY));
      return /^[a-z0-9-]{1,120}$/.test(slug) && typeof name === "string" ? { slug, name } : null;
    } catch {
      return null; // nothing is kept, or nothing can be
    }
  };

  const keep = (choice) => {
    try {
      if (choice) localStorage.setItem(KEY, JSON.stringify(choice));
      else localStorage.removeItem(KEY);
    } catch {
      // Private window or full storage: the links still carry the choice until the page is left.
    }
  };

  // Links of the page lead on with the commune, or without it.
  const carry = (slug) => {
    for (const link of document.querySelectorAll("main a[href^='/'], .choice a[href^='/']")) {
      const url = new URL(link.getAttribute("href"), location.href);
      if (!/^(\/en)?\/(dia-ban|huong-dan|tinh-phi|phan-anh)(\/|$)/.test(url.pathname)) continue;
      if (link.matches("[data-choose], [data-choice-clear]")) continue;
      if (slug) url.searchParams.set("xa", slug);
      else url.searchParams.delete("xa");
      link.setAttribute("href", url.pathname + url.search + url.hash);
    }
  };

  const show = (choice) => {
    for (const part of parts("[data-choice-none]")) part.hidden = Boolean(choice);
    for (const part of parts("[data-choice-kept]")) part.hidden = !choice;
    for (const name of parts("[data-choice-kept] b")) {
      name.textContent = choice ? choice.name : "";
      if (choice) name.closest("a").href = `${name.closest("a").dataset.places}/${choice.slug}`;
    }
    for (const link of document.querySelectorAll("[data-kept]")) {
      link.hidden = !choice;
      if (!choice) continue;
      link.search = `?xa=${choice.slug}`;
      // Inside a sentence its kind is written small.
      link.querySelector("b").textContent = choice.name.charAt(0).toLowerCase() + choice.name.slice(1);
    }
  };

  const begin = () => {
    for (const link of document.querySelectorAll("[data-unkept]")) link.hidden = kept()?.slug === link.dataset.choose;
    if (address.searchParams.has("xa")) return;
    const choice = kept();
    show(choice);
    if (choice) carry(choice.slug);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link?.matches("[data-choose]")) keep({ slug: link.dataset.choose, name: link.dataset.name });
    if (!link?.matches("[data-choice-clear]")) return;
    keep(null);
    if (line.dataset.choice !== "none") return; // the link leads to this page without the commune
    event.preventDefault();
    show(null);
    carry("");
    line.querySelector("[data-choice-none]").tabIndex = -1;
    line.querySelector("[data-choice-none]").focus();
  });

  // A district's list opens where a link leads into it.
  const open = () => document.getElementById(location.hash.slice(1))?.closest("details")?.setAttribute("open", "");

  document.addEventListener("htmx:after:swap", begin);
  addEventListener("hashchange", open);
  addEventListener("pageshow", begin);
  open();
})();
