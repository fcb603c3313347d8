// For pages that somebody came to by a short link, which the redirect has named in the fragment: `#g=<code>/<channel>`.
// site.js fetches this only then. Told are a reading (ten seconds in view) and the press of the start button; nothing is
// kept on this device, and nothing says who reads.
const came = /^#([gs])=([2-9a-z]{6,10}(?:\/[a-z])?)$/.exec(location.hash);
const wantsNone = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
// Whoever copies the address shares the page, not the link.
history.replaceState(history.state, "", location.pathname + location.search);

const countReading = (tail) => {
  const wanted = 10_000;
  let seen = 0;
  let since = 0;
  let timer = 0;
  const watch = () => {
    clearTimeout(timer);
    if (since) seen += performance.now() - since;
    since = document.visibilityState === "visible" ? performance.now() : 0;
    if (since) timer = setTimeout(tell, wanted - seen);
  };
  const tell = () => {
    document.removeEventListener("visibilitychange", watch);
    navigator.sendBeacon("/g", tail);
  };
  document.addEventListener("visibilitychange", watch);
  watch();
};

// On the way to a guide the link goes with its reader; the start button leads through our server, which counts the press.
const carry = (tail) => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("main a[href]");
    if (!link) return;
    const guide = /^(\/en)?\/huong-dan\/([a-z0-9-]+)$/.exec(location.pathname);
    if (guide && link.matches(".btn--start") && link.origin !== location.origin) {
      link.href = `${guide[1] || ""}/bat-dau/${guide[2]}?g=${tail}`;
    } else if (link.origin === location.origin && !link.hash && /\/huong-dan\/./.test(link.pathname)) {
      link.hash = `s=${tail}`;
    }
  });
};

if (came && !wantsNone) {
  if (came[1] === "g") countReading(came[2]);
  carry(came[2]);
}
