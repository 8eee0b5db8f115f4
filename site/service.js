// The service worker: after the first visit the site works without a network. What belongs to this release, and the digest of
// each file, is in service-files.js, which the build writes; a new release is a new list.
//
// One cache holds the files under their digests, so that an update fetches only what has changed, and no page is ever made
// of two releases. A release is kept whole or not at all: until then, the one before serves.

importScripts('service-files.js')

const { files, first } = self.release // path → digest, and the paths that are fetched at once; others when they are used
const cacheName = 'segfault'

const address = (path) => new URL(path.replace(/(^|\/)index\.html$/, '$1') || './', self.registration.scope)
const key = (path) => new URL(`${path}?${files[path]}`, self.registration.scope)

/** The file of this release that a request is for; undefined if it is none. */
function asked({ method, url }) {
  const { origin, pathname } = new URL(url)
  const scope = new URL(self.registration.scope)
  if (method !== 'GET' || origin !== scope.origin || !pathname.startsWith(scope.pathname)) return undefined
  const path = decodeURIComponent(pathname.slice(scope.pathname.length)).replace(/(^|\/)$/, '$1index.html')
  return Object.hasOwn(files, path) ? path : undefined
}

async function fetched(path) {
  const response = await fetch(address(path), { cache: 'no-cache' })
  const body = await response.clone().arrayBuffer()
  const digest = Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', body)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (!response.ok || !digest.startsWith(files[path])) throw new Error(`${path} is not of this release`)
  return response
}

async function install() {
  const cache = await caches.open(cacheName)
  await Promise.all(first.map(async (path) => {
    if (!(await cache.match(key(path)))) await cache.put(key(path), await fetched(path))
  }))
}

async function activate() {
  const cache = await caches.open(cacheName)
  const wanted = new Set(Object.keys(files).map((path) => key(path).href))
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url)
  await self.clients.claim()
}

async function answer(path, request) {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(key(path))
  if (kept) return kept
  const response = await fetched(path).catch(() => null)
  if (!response) return fetch(request) // another release is there already; better its file than none
  await cache.put(key(path), response.clone())
  return response
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('fetch', (event) => {
  const path = asked(event.request)
  if (path) event.respondWith(answer(path, event.request))
})
self.addEventListener('message', ({ data }) => {
  if (data === 'update') self.skipWaiting()
})
