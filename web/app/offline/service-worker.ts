// Keeps the pages' own files in the browser, so that a page still opens when it is loaded again without a connection. It keeps no
// data: what the API answers goes past it.

/** The files of this version. The build writes them here. */
const FILES = JSON.parse("{{files}}") as readonly string[];

/** A cache for each version of the files. An open page keeps the version that it began with. */
const CACHE = `pages ${FILES.join(" ")}`;

/** Addresses that are no page of this document. */
const OTHERS = /^\/(v1|docs|assets)(\/|$)|\.\w+$/;

/** What a proxy answers whose service is away. */
const GATEWAY = new Set([502, 503, 504]);

/** The parts of a service worker's events that are used: the types of a page know none of them. */
interface LifeEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

addEventListener("install", (event) => {
  (event as LifeEvent).waitUntil(keepAll());
});
addEventListener("activate", (event) => {
  (event as LifeEvent).waitUntil(dropOthers());
});
addEventListener("fetch", (event) => {
  const { request, respondWith } = event as FetchEvent;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (!OTHERS.test(pathname)) respondWith.call(event, pageFor(request));
  } else if (FILES.includes(pathname)) respondWith.call(event, fileFor(request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(["/", ...FILES]);
}

async function dropOthers(): Promise<void> {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

/** The service's document, or the kept one where the service is away. */
async function pageFor(request: Request): Promise<Response> {
  const answer = await fetch(request).catch(() => undefined);
  if (answer !== undefined && !GATEWAY.has(answer.status)) return answer;
  const kept = await (await caches.open(CACHE)).match("/");
  return kept ?? answer ?? Response.error();
}

/** A file never changes under its name. */
async function fileFor(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(request.url);
  return kept ?? fetch(request);
}
