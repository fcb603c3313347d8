// What waits on this telephone to be sent, and the sending. The page of the tally and its service worker share this.
self.tallyStore = (() => {
  "use strict";

  const NAME = "gan-dan-da-giup";
  const ROWS = "waiting";
  const PATIENCE = 20000;

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const use = async (mode, act) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(ROWS, { keyPath: "key" });
    const database = await done(opening);
    try {
      // On the disk before the person is told so.
      const transaction = database.transaction(ROWS, mode, { durability: "strict" });
      const ended = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      const result = await done(act(transaction.objectStore(ROWS)));
      await ended;
      return result;
    } finally {
      database.close();
    }
  };

  const all = async () => (await use("readonly", (rows) => rows.getAll())).sort((a, b) => a.moment - b.moment);
  const put = (entry) => use("readwrite", (rows) => rows.put(entry));
  const remove = (key) => use("readwrite", (rows) => rows.delete(key));

  // The person may have taken it away while it was on its way: then it doesn't come back.
  const note = (key, problem) => use("readwrite", (rows) => {
    const reading = rows.get(key);
    reading.addEventListener("success", () => { if (reading.result) rows.put({ ...reading.result, problem }); });
    return reading;
  });

  // The door of the staff answers by leading there: nothing is sent on to it. Whose private link ended gets a 410.
  const ask = (address, body) => fetch(address, {
    method: body ? "POST" : "GET", body, redirect: "manual", cache: "no-store", credentials: "same-origin",
    signal: AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined,
  });
  const isShut = (answer) => answer.type === "opaqueredirect" || [401, 403, 410].includes(answer.status);

  const send = async (entry, address, token) => {
    const { to, key, guide, people, moment } = entry;
    const answer = await ask(address, new URLSearchParams({ csrf_token: token, to, key, guide, people, moment }));
    if (isShut(answer)) return "shut";
    if (answer.status === 404) return "not-theirs";
    if (answer.status === 409 || answer.status === 422) {
      await note(key, (await answer.json()).message);
      return "refused";
    }
    // Whatever else answers in the portal's place, such as the page of a hotel's network, is no receipt.
    if (!answer.ok || (await answer.json()).saved !== true) return "later";
    await remove(key);
    return "sent";
  };

  const sendAll = async (address) => {
    let sent = 0;
    try {
      const waiting = await all();
      if (!waiting.length) return { state: "idle", sent };
      const door = await ask(address);
      if (isShut(door)) return { state: "shut", sent };
      if (!door.ok) return { state: "later", sent };
      const { token, teams } = await door.json();
      for (const entry of waiting.filter(({ to }) => teams.includes(to))) {
        const state = await send(entry, address, token);
        if (state === "sent") sent += 1;
        if (state === "shut" || state === "later") return { state, sent };
      }
      return { state: "done", sent };
    } catch {
      return { state: "later", sent };
    }
  };

  // One sender at a time; were there two, the keys would still make each entry count once.
  const flush = (address) => (
    navigator.locks ? navigator.locks.request(NAME, () => sendAll(address)) : sendAll(address)
  );

  return { NAME, all, put, remove, flush };
})();
