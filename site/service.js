// The service worker: after the first visit the site works without a network. What belongs to this release, and the digest of
// each file, is in service-files.js, which the build writes; a new release is a new list.
//
// One cache holds the files under their digests, so that an update fetches only what has changed, and no page is ever made
// of two releases. A release is kept whole or not at all: until then, the one before serves. Pages that were open when another tab took a
// new release go on with the files of their own. The cache may be full, damaged or out of order: then the network answers.

importScripts('service-files.js')

const { version, files, first } = self.release // path → digest, and the paths that are fetched at once; others when they are used
const cacheName = 'segfault'
const patience = 3000 // ms for the cache

const scope = new URL(self.registration.scope)
const address = (path) => new URL(path.replace(/(^|\/)index\.html$/, '$1') || './', scope)
const key = (path, digest) => new URL(`${path}?${digest}`, scope).href
const listKey = (version) => key('service-list', version) // the list of a release, as long as a page has it
const pagesKey = key('service-pages', '') // which release older pages have, and which was the last

/** The path of the site that a request is for; undefined if it is none. */
function asked({ method, url }) {
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== scope.origin || !pathname.startsWith(scope.pathname)) return undefined
  try {
    return decodeURIComponent(pathname.slice(scope.pathname.length)).replace(/(^|\/)$/, '$1index.html')
  } catch {
    return undefined // no address of ours
  }
}

async function isOf(digest, response) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()))
  return Array.from(hash, (octet) => octet.toString(16).padStart(2, '0')).join('').startsWith(digest)
}

/** The cached file with that digest; one that is damaged is dropped. */
async function cached(cache, path, digest) {
  const response = await cache.match(key(path, digest))
  if (!response || (await isOf(digest, response.clone()))) return response
  await cache.delete(key(path, digest))
  return undefined
}

const opened = async () => caches.open(cacheName) // rejects, and never throws
const json = async (response) => (response ? response.json() : undefined)
const written = (value) => new Response(JSON.stringify(value))

/** Pages with older releases: { last: version, pages: { client: version }, lists: { version: files } }. */
let older = null
function known() {
  older ??= opened().then(async (cache) => {
    const { last = null, pages = {} } = (await json(await cache.match(pagesKey))) ?? {}
    const lists = {}
    for (const version of new Set([last, ...Object.values(pages)])) if (version) lists[version] = (await json(await cache.match(listKey(version)))) ?? {}
    return { last, pages, lists }
  }).catch(() => ({ last: null, pages: {}, lists: {} }))
  return older
}

/** Workers of older pages that have not been seen yet: a browser tells of one when it has its script. */
const coming = new Set()

/** Forgets pages that are gone, and what only they needed. */
async function tidy() {
  const { pages, lists } = await known()
  const there = new Set((await self.clients.matchAll({ includeUncontrolled: true, type: 'all' })).map(({ id }) => id))
  for (const id of there) coming.delete(id)
  for (const id of Object.keys(pages)) if (!there.has(id) && !coming.has(id)) delete pages[id]
  const cache = await opened()
  await cache.put(pagesKey, written({ last: version, pages }))
  if (self.registration.waiting || self.registration.installing) return // whose files are there already
  const wanted = new Set([pagesKey])
  for (const [of, list] of [[version, files], ...Object.values(pages).map((of) => [of, lists[of]])]) {
    wanted.add(listKey(of))
    for (const [path, digest] of Object.entries(list)) wanted.add(key(path, digest))
  }
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url)
}

async function install() {
  const cache = await opened()
  await Promise.all(first.map(async (path) => {
    if (await cached(cache, path, files[path])) return
    const response = await fetch(address(path), { cache: 'no-cache' })
    if (!response.ok || !(await isOf(files[path], response.clone()))) throw new Error(`${path} is not of this release`)
    await cache.put(key(path, files[path]), response)
  }))
  await cache.put(listKey(version), written(files))
}

async function activate() {
  const { last, pages } = await known()
  if (last && last !== version) for (const { id } of await self.clients.matchAll({ type: 'all' })) pages[id] ??= last
  await tidy().catch(() => {}) // what stays is so by the next release
  await self.clients.claim()
}

/** The files of the release that a request's page has. A worker has that of the page which starts it. */
async function filesFor({ clientId, resultingClientId, request }) {
  const { pages, lists } = await known()
  if (request.mode === 'navigate') return files
  const its = pages[clientId]
  if (its && resultingClientId) {
    pages[resultingClientId] = its
    coming.add(resultingClientId)
  }
  return its ? lists[its] : files
}

async function answer(event, path) {
  const { request } = event
  const list = await Promise.race([filesFor(event), later(files)])
  const digest = Object.hasOwn(list, path) ? list[path] : undefined
  if (!digest || request.headers.has('Range')) return fetch(request)
  const past = ['reload', 'no-store'].includes(request.cache) // what came from here was not right
  const looked = past ? Promise.resolve() : opened().then((cache) => cached(cache, path, digest)).catch(() => undefined)
  const kept = await Promise.race([looked, later()])
  if (kept) return kept
  try {
    const response = await fetch(address(path), { cache: past ? 'reload' : 'no-cache', signal: request.signal })
    if (response.redirected) return fetch(request) // whose answer may not be another's
    if (response.ok) event.waitUntil(keep(path, digest, response.clone()))
    return response
  } catch (error) {
    const late = await looked
    if (late) return late
    throw error
  }
}

/** Keeps a file as it arrives, if it is the one that the release means. */
async function keep(path, digest, response) {
  try {
    if (!(await isOf(digest, response.clone()))) return
    await (await opened()).put(key(path, digest), response)
  } catch {} // full, or out of order
}

const later = (value) => new Promise((resolve) => setTimeout(resolve, patience, value))

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('fetch', (event) => {
  const path = asked(event.request)
  if (path === undefined) return
  event.respondWith(answer(event, path))
  if (event.resultingClientId) event.waitUntil(known().then(({ pages }) => Object.keys(pages).length && tidy()).catch(() => {}))
})
self.addEventListener('message', ({ data }) => {
  if (data === 'update') self.skipWaiting()
})
