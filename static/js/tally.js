// The tally's page: an entry is kept on the telephone at the tap and sent from there, once, whenever that is possible.
// Without this script, or where nothing can be kept, the form is sent as it is.
(async () => {
  "use strict";

  const root = document.querySelector("[data-tally]");
  const store = self.tallyStore;
  const { dataset: words } = root;
  const isShell = !words.shell;
  const form = root.querySelector("form");
  const find = (name) => root.querySelector(`[data-tally-${name}]`);
  const [noted, state, list, typed, other] = ["noted", "state", "waiting", "typed", "other"].map(find);
  const AGAIN = 30000;
  // The worker and other tabs.
  const others = self.BroadcastChannel && new BroadcastChannel(store.NAME);
  let again = 0;
  let notedAt = 0;
  let waited = 0;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const say = (line, text) => { if (line.textContent !== text) line.textContent = text; };

  const row = (entry) => {
    const item = document.createElement("li");
    const text = document.createElement("p");
    const time = new Date(entry.moment).toLocaleString(document.documentElement.lang, {
      dateStyle: "short", timeStyle: "short", timeZone: "Asia/Ho_Chi_Minh",
    });
    text.textContent = fill(words.line, { ...entry, time });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet btn--small";
    button.textContent = words.drop;
    button.setAttribute("aria-label", `${words.drop}: ${text.textContent}`);
    button.addEventListener("click", async () => {
      await store.remove(entry.key);
      waited = 0;
      say(noted, words.dropped);
      say(state, "");
      await show({});
      (list.querySelector("button") || form.querySelector("[name=guide]")).focus();
    });
    if (entry.problem) {
      const problem = document.createElement("p");
      problem.className = "tally__problem";
      problem.textContent = entry.problem;
      text.after(problem);
      item.append(text, problem, button);
    } else {
      item.append(text, button);
    }
    return item;
  };

  const show = async (result) => {
    const waiting = await store.all();
    const own = waiting.filter(({ to }) => to === words.team);
    const foreign = waiting.filter(({ to }) => !words.own.split(" ").includes(to));
    list.replaceChildren(...own.map(row));
    list.hidden = !own.length;
    const open = own.filter(({ problem }) => !problem).length;
    // The worker may have sent them, or another tab.
    const sent = result.sent || waited - open;
    waited = open;
    const isShut = result.state === "shut" && waiting.length > 0;
    if (open) say(state, isShut ? "" : fill(words.waits, { n: open }));
    else if (sent > 0) say(state, fill(words.sent, { n: sent }));
    say(find("foreign"), foreign.length ? fill(words.foreignText, { n: foreign.length, team: foreign[0].team }) : "");
    find("shut").hidden = !isShut;
    clearTimeout(again);
    if (open) again = setTimeout(flush, AGAIN);
    return open;
  };

  const refresh = async () => {
    try {
      const answer = await fetch(words.page, { headers: { "HX-Request": "true" }, redirect: "manual", cache: "no-store" });
      if (answer.status !== 200) return;
      document.getElementById("tong").outerHTML = await answer.text();
      for (const one of document.querySelectorAll("[data-tally-offline]")) one.hidden = true;
    } catch {
      // The sums are older, no more.
    }
  };

  const flush = async () => {
    const result = await store.flush(words.send);
    const open = await show(result);
    if (result.sent && others) others.postMessage(result);
    if (result.sent || isShell) await refresh();
    if (!open || !navigator.serviceWorker) return;
    const registration = await navigator.serviceWorker.getRegistration(words.scope);
    // Where the browser may send in the background; otherwise the open page does.
    if (registration && registration.sync) await registration.sync.register("tally").catch(() => {});
  };

  const chosen = () => {
    const radio = form.querySelector("[name=guide]:checked");
    if (!radio || radio.value === words.fromList) {
      const option = other.selectedOptions[0];
      return option && option.value ? { guide: option.value, title: option.textContent.trim() } : null;
    }
    const title = radio.closest("label").textContent.trim();
    return { guide: radio.value === words.otherWork ? "" : radio.value, title };
  };

  const number = (button) => {
    const isTyped = !button || !button.value || document.activeElement === typed;
    const text = isTyped ? typed.value.trim() : button.value;
    return /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= Number(words.most) ? Number(text) : 0;
  };

  const enter = async (event) => {
    event.preventDefault();
    const work = chosen();
    if (!work) {
      if (event.timeStamp - notedAt < 800) return; // a finger that tapped twice
      say(noted, words.noGuide);
      form.querySelector("[name=guide]").focus();
      return;
    }
    const people = number(event.submitter);
    if (!people) {
      say(noted, words.noNumber);
      typed.focus();
      return;
    }
    notedAt = event.timeStamp;
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const entry = { key, to: words.team, team: words.name, ...work, people, moment: Date.now() };
    form.reset();
    try {
      await store.put(entry);
    } catch {
      say(noted, words.full);
      return;
    }
    say(noted, fill(words.noted, entry));
    say(state, "");
    await flush();
  };

  const keepShell = async () => {
    if (!navigator.serviceWorker || !self.caches) return;
    if (!words.version) {
      for (const one of await navigator.serviceWorker.getRegistrations()) {
        if (one.scope.endsWith(words.scope)) await one.unregister();
      }
      for (const name of await caches.keys()) if (name.startsWith("tally-")) await caches.delete(name);
      return;
    }
    await navigator.serviceWorker.register("/sw.js", { scope: words.scope });
    const answer = await fetch(words.shell, { redirect: "manual", cache: "no-store" });
    if (answer.status !== 200) return;
    const cache = await caches.open(`tally-${words.version}`);
    for (const { url } of await cache.keys()) {
      const { pathname, searchParams } = new URL(url);
      // Of teams of somebody who used this telephone before.
      if (pathname.endsWith("/khong-mang") && !words.own.split(" ").includes(searchParams.get("to"))) await cache.delete(url);
    }
    await cache.put(words.shell, answer);
  };

  try {
    await store.all();
  } catch {
    return; // nothing can be kept here
  }
  form.addEventListener("submit", enter);
  other.addEventListener("change", () => { form.querySelector(`[value="${words.fromList}"]`).checked = true; });
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  if (others) {
    others.onmessage = async ({ data }) => {
      await show(data);
      if (data.sent) await refresh();
    };
  }
  root.dataset.ready = "";
  await show({});
  await flush();
  if (!isShell) await keepShell().catch(() => {}); // then there is no page without a network
})();
