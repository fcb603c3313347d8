// The screens of a meeting, one at a time: keys, a clicker, full screen. Without it the same screens are reached by links.
(() => {
  "use strict";

  const meet = document.querySelector("[data-meet]");
  if (!meet) return;

  const screens = [...meet.querySelectorAll("[data-screen]")];
  const before = meet.querySelector("[data-before]");
  const after = meet.querySelector("[data-after]");
  const count = meet.querySelector("[data-count]");
  const said = meet.querySelector("[data-said]");
  const full = meet.querySelector("[data-full]");
  const root = document.documentElement;
  let current = meet.classList.contains("meet--deck") ? screens.findIndex((screen) => !screen.hidden) : -1;

  const within = (number) => Math.min(Math.max(number, 0), screens.length - 1);

  const lead = (link, number) => {
    link.href = screens[within(number)].dataset.url;
    if (number === within(number)) link.removeAttribute("aria-disabled");
    else link.setAttribute("aria-disabled", "true");
  };

  const show = (number) => {
    current = within(number);
    meet.classList.add("meet--deck");
    screens.forEach((screen, index) => {
      screen.hidden = index !== current;
    });
    lead(before, current - 1);
    lead(after, current + 1);
    count.textContent = `${current + 1}/${screens.length}`;
    history.replaceState(null, "", screens[current].dataset.url);
    const heading = screens[current].querySelector("h2");
    heading.focus({ preventScroll: true });
    said.textContent = `${count.textContent}: ${heading.textContent.trim()}`;
    window.scrollTo(0, 0);
  };

  const leave = () => {
    const last = screens[Math.max(current, 0)];
    current = -1;
    meet.classList.remove("meet--deck");
    screens.forEach((screen) => {
      screen.hidden = false;
    });
    history.replaceState(null, "", meet.dataset.all);
    said.textContent = "";
    if (document.fullscreenElement) document.exitFullscreen();
    last.scrollIntoView();
    last.querySelector("h2").focus({ preventScroll: true });
  };

  const toggleFull = () => {
    // A browser may refuse it; the screens are shown all the same.
    const done = document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();
    done.catch(() => {});
  };

  const on = (selector, act) => {
    const element = meet.querySelector(selector);
    element.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      act();
    });
  };

  on("[data-start]", () => {
    show(0);
    if (document.fullscreenEnabled && window.matchMedia("(min-width: 60rem)").matches) toggleFull();
  });
  on("[data-leave]", leave);
  on("[data-before]", () => show(current - 1));
  on("[data-after]", () => show(current + 1));
  if (document.fullscreenEnabled) {
    full.hidden = false;
    full.addEventListener("click", toggleFull);
  }

  const STEPS = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
  };

  document.addEventListener("keydown", (event) => {
    if (current < 0 || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key in STEPS) show(current + STEPS[event.key]);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(screens.length - 1);
    else if (event.key.toLowerCase() === "f" && document.fullscreenEnabled) toggleFull();
    // In full screen the browser itself takes this key to end that.
    else if (event.key === "Escape" && !document.fullscreenElement) leave();
    else return;
    event.preventDefault();
  });
})();
