// The service worker of the tally: shows its page without a network and sends what waits once there is one. Its scope is
// that page; docs/adr/0018-service-worker-of-the-tally.md says what it may touch.
(() => {
  "use strict";

  const { version, isOn, assets } = self.tallyWorker;
  const PREFIX = "tally-";
  const CACHE = PREFIX + version;
  const HOME = new URL(self.registration.scope).pathname;
  const SHELL = `${HOME}/khong-mang`;
  const GONE = [404, 410];

  const forget = async (kept) => {
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== kept);
    await Promise.all(names.map((name) => caches.delete(name)));
  };

  const leave = async () => {
    await forget();
    await self.registration.unregister();
  };

  const shell = async (team) => {
    const cache = await caches.open(CACHE);
    if (team) return cache.match(`${SHELL}?to=${encodeURIComponent(team)}`);
    const [first] = (await cache.keys()).filter(({ url }) => new URL(url).pathname === SHELL);
    return first && cache.match(first);
  };

  const page = async (request) => {
    try {
      const answer = await fetch(request);
      // A portal without this worker: then nobody should go on with it.
      if (GONE.includes(answer.status) && GONE.includes((await fetch("/sw.js", { cache: "no-store" })).status)) await leave();
      return answer;
    } catch {
      return (await shell(new URL(request.url).searchParams.get("to"))) || Response.error();
    }
  };

  const asset = async (request, path) => {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(path);
    if (kept) return kept;
    const answer = await fetch(request);
    if (answer.ok) await cache.put(path, answer.clone());
    return answer;
  };

  self.addEventListener("install", (event) => {
    self.skipWaiting();
    if (isOn) event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(assets)));
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil(isOn ? forget(CACHE).then(() => self.clients.claim()) : leave());
  });

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (!isOn || request.method !== "GET" || origin !== self.location.origin) return;
    if (request.mode === "navigate" && pathname === HOME) event.respondWith(page(request));
    else if (assets.includes(pathname)) event.respondWith(asset(request, pathname));
  });

  self.addEventListener("sync", (event) => {
    if (event.tag !== "tally") return;
    event.waitUntil((async () => {
      const result = await self.tallyStore.flush(`${HOME}/gui`);
      if (self.BroadcastChannel) new BroadcastChannel(self.tallyStore.NAME).postMessage(result);
      if (result.state === "later") throw new Error("again later");
    })());
  });
})();
