// Who signs out leaves no page behind that the browser kept to show it without a network. What waits to be sent stays.
(() => {
  "use strict";

  const form = document.querySelector("[data-sign-out]");
  if (!form || !self.caches) return;

  const forget = async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const { url } of await cache.keys()) {
        if (new URL(url).pathname.endsWith("/khong-mang")) await cache.delete(url);
      }
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await forget();
    } finally {
      form.submit();
    }
  });
})();
