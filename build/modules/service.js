// A browser for the service worker: its caches, its pages and its network, each of which may fail.

import { createHash, webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'

const script = readFileSync(new URL('../../site/service.js', import.meta.url), 'utf8')
const scope = 'https://segfault.example/site/'

/** A release with these files, all of which are fetched at once but those whose names begin with weights. */
export function release(version, contents) {
  const digests = Object.entries(contents).map(([path, text]) => [path, createHash('sha256').update(text).digest('hex').slice(0, 16)])
  return { version, contents, files: Object.fromEntries(digests), first: Object.keys(contents).filter((path) => !path.startsWith('weights')) }
}

/** A browser with one site's cache. */
export class Browser {
  entries = new Map()
  pages = [] // { id, controlled }
  online = true
  asked = []
  /** What the cache does wrong: 'rejects', 'hangs' or 'full'. */
  fault = ''

  constructor(served) {
    this.served = served
  }

  #cache() {
    const { entries } = this
    return {
      match: async (key) => entries.get(String(key))?.clone(),
      put: async (key, response) => {
        if (this.fault === 'full') throw new DOMException('Quota exceeded.', 'QuotaExceededError')
        entries.set(String(key), new Response(await response.arrayBuffer(), response))
      },
      delete: async (key) => entries.delete(String(key)),
      keys: async () => [...entries.keys()].map((url) => ({ url })),
    }
  }

  /** Runs the service worker of a release. */
  worker(release) {
    const handlers = {}
    const self = { // which is the global scope, too
      registration: { scope, waiting: null, installing: null },
      clients: { matchAll: async ({ includeUncontrolled = false }) => this.pages.filter(({ controlled }) => controlled || includeUncontrolled), claim: async () => this.pages.forEach((page) => (page.controlled = true)) },
      addEventListener: (type, handler) => (handlers[type] = handler),
    }
    const caches = {
      open: () => {
        if (this.fault === 'rejects') return Promise.reject(new Error('the disk is gone'))
        return this.fault === 'hangs' ? new Promise(() => {}) : Promise.resolve(this.#cache())
      },
    }
    const fetch = async (request, options) => {
      const url = new URL(request.url ?? request)
      const path = url.pathname.slice(new URL(scope).pathname.length) || 'index.html'
      this.asked.push(options?.cache === 'reload' ? `${path} anew` : path)
      if (!this.online) throw new TypeError('Failed to fetch')
      return this.served[path] === undefined ? new Response('', { status: 404 }) : new Response(this.served[path])
    }
    const setTimeout = (done, _, value) => void this.impatient?.then(() => done(value))
    const importScripts = () => (self.release = release)
    runInNewContext(script, Object.assign(self, { self, caches, fetch, setTimeout, importScripts, URL, Response, crypto: webcrypto }))

    const dispatch = async (type, event) => {
      const waiting = []
      let answer
      handlers[type]({ ...event, waitUntil: (promise) => waiting.push(promise), respondWith: (promise) => (answer = promise) })
      const response = await answer
      const text = response && (await response.text())
      if (this.fault !== 'hangs') await Promise.all(waiting)
      return text
    }
    return {
      install: () => dispatch('install'),
      activate: () => dispatch('activate'),
      /** The text that a page gets; undefined if the worker leaves the request to the browser. */
      get: (path, { clientId = '', resultingClientId = '', ...request } = {}) =>
        dispatch('fetch', { clientId, resultingClientId, request: { method: 'GET', url: new URL(path, scope).href, headers: new Headers(), cache: 'default', mode: 'no-cors', ...request } }),
    }
  }
}
