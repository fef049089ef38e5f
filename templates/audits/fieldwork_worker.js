// Keeps the page of the fieldwork and what it is made of, so that it opens without network. It holds no audit: what is an
// audit's lies sealed in the browser's database and never passes here.

const VERSION = {{ version|tojson }};
const SHELL = {{ shell|tojson }};
const ASSETS = {{ assets|tojson }};
const [BEFORE, AFTER] = {{ before|tojson }};
const OURS = "qms-fieldwork-" + BEFORE; // another installation may share the host
const KEPT = OURS + VERSION;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepAll());
});

async function keepAll() {
  const into = await caches.open(KEPT);
  await into.addAll(ASSETS.map((one) => new Request(one, { cache: "reload" })));
  const fresh = await fetch(SHELL + await inTheSameLanguage(), { cache: "reload" });
  if (!fresh.ok) throw new Error(fresh.status);
  await into.put(SHELL, fresh);
}

// A newer version may come while the session has ended: the server does not know then in which language the person reads.
async function inTheSameLanguage() {
  const before = await (await caches.match(SHELL))?.text();
  const found = before?.match(/<html lang="(\w+)"/);
  return found ? "?language=" + found[1] : "";
}

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(OURS) && name !== KEPT) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

function isFieldwork(url) {
  const uid = url.pathname.slice(BEFORE.length, -AFTER.length);
  return url.pathname === BEFORE + uid + AFTER && uid.length > 0 && !uid.includes("/");
}

async function kept(request) {
  return (await caches.open(KEPT)).match(request);
}

// The page from the device at once; a newer one of the same version (another language, say) is there the next time. Who is
// signed out gets none: it would speak the installation's language, not the person's.
async function page(request, event) {
  const found = await kept(SHELL);
  if (!found) return fetch(request);
  event.waitUntil(fetch(SHELL).then(async (fresh) => {
    if (fresh.ok && fresh.headers.get("X-Fieldwork") === VERSION) await (await caches.open(KEPT)).put(SHELL, fresh);
  }).catch(() => {}));
  return found;
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (isFieldwork(url)) event.respondWith(page(request, event));
  } else if (ASSETS.includes(url.pathname + url.search)) {
    event.respondWith(kept(request).then((found) => found || fetch(request)));
  }
});
