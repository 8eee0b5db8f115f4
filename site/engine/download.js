// One file on its way: told of as it comes, gone on with where the connection broke, and given up after a while without a byte.

import { Failure, left } from './failure.js'

/** How long a host may send nothing, in ms. */
export const patience = 30_000

/** A failure whose sentence says all. */
class Told extends Failure {
  constructor(message, options) {
    super('network', message, options)
  }
}

/** What came is not the file that was asked for: once more, past all caches, it may be. */
export class Damaged extends Told {}

/** It ended before its end. */
class Cut extends Damaged {}

/** Its host went silent. */
class Silent extends Told {}

export class Download {
  #url
  #name
  #size
  #patience
  #chunks = []
  #have = 0
  #stamp = null // which version of the file that is
  #ranges = false // whether its host sends a part

  /** size is the file's in bytes, 0 where it is not known; name is for sentences. */
  constructor(url, name, { size = 0, wait = patience } = {}) {
    this.#url = url
    this.#name = name
    this.#size = size
    this.#patience = wait
  }

  /**
   * Fetches the file until the signal, if any, ends it, behind what a run before brought. onBytes hears how many have come; onChunk gets
   * them, or else they are returned.
   */
  async run({ signal, cache = 'default', onBytes, onChunk } = {}) {
    const take = (chunk) => {
      this.#have += chunk.byteLength
      if (onChunk) onChunk(chunk)
      else this.#chunks.push(chunk)
      onBytes?.(this.#have)
    }
    let wait = this.#patience
    for (;;) {
      const before = this.#have
      try {
        await this.#attempt(signal, cache, wait, take)
        return onChunk ? undefined : joined(this.#chunks, this.#have)
      } catch (error) {
        const silent = error instanceof Silent
        const hopeless = error instanceof Damaged && !(error instanceof Cut)
        if (signal?.aborted || hopeless || this.#have === before || (silent && !this.#ranges)) throw error
        wait = silent ? this.#patience / 2 : this.#patience
      }
    }
  }

  /** One request, for what is missing. */
  async #attempt(signal, cache, wait, take) {
    const stop = new AbortController()
    const leave = () => stop.abort()
    signal?.addEventListener('abort', leave, { once: true })
    let timer
    const listen = (limit) => {
      clearTimeout(timer)
      timer = setTimeout(leave, limit)
    }
    try {
      signal?.throwIfAborted()
      listen(wait)
      const response = await fetch(this.#url, { signal: stop.signal, cache, headers: this.#have ? { Range: `bytes=${this.#have}-` } : {} })
      let skip = this.#begin(response) // of a host that sends all anew
      const reader = response.body.getReader()
      const limit = this.#ranges ? this.#patience / 2 : this.#patience // the other half is the next request's
      for (;;) {
        const { done, value } = await reader.read()
        stop.signal.throwIfAborted()
        if (done) break
        listen(limit)
        const chunk = value.subarray(Math.min(skip, value.byteLength))
        skip -= value.byteLength - chunk.byteLength
        if (chunk.byteLength) take(chunk)
        if (this.#size && this.#have > this.#size) throw new Damaged(`segfault: ${this.#name} is longer than its ${this.#size} bytes; reload the page, or ask whoever runs this site.`)
      }
    } catch (error) {
      if (signal?.aborted) throw left(signal)
      if (error instanceof Told) throw error
      const why = stop.signal.aborted ? `has not come on for ${Math.round(this.#patience / 1000)} s` : 'could not be fetched'
      throw new (stop.signal.aborted ? Silent : Told)(`segfault: ${this.#name} ${why}; check the connection${this.#foreign ? `, and that ${new URL(this.#url).host} lets other pages read it (Access-Control-Allow-Origin),` : ''} and try again.`)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
      leave() // of a file that is not wanted further
    }
    if (this.#have < this.#size) throw new Cut(this.#short())
  }

  /** Whether its host has to allow that this page reads it; browsers do not tell that it did not. */
  get #foreign() {
    return !['null', undefined].includes(globalThis.origin) && new URL(this.#url, globalThis.origin).origin !== globalThis.origin
  }

  #short() {
    return `segfault: ${this.#name} ended after ${this.#have} of ${this.#size} bytes; check the connection and try again.`
  }

  /** Reads an answer's head; returns how many of its bytes are there already. */
  #begin({ status, headers }) {
    const stamp = [headers.get('ETag')?.replace(/^W\//, ''), headers.get('Last-Modified')].join()
    if (status === 206 && this.#have) {
      const from = Number(/^bytes (\d+)-/.exec(headers.get('Content-Range'))?.[1])
      if (from === this.#have && stamp === this.#stamp) return 0
      throw new Damaged(`segfault: ${this.#name} has changed on its host while it was fetched; try again.`)
    }
    if (status === 416) throw new Cut(this.#short())
    if (status !== 200) throw new Told(`segfault: ${this.#name} could not be fetched: the server answered ${status}.`)
    if (headers.get('Content-Type')?.startsWith('text/html')) throw new Damaged(`segfault: in place of ${this.#name} its host sent a web page, as networks do that want a sign-in; open the site's address in a tab, and try again.`)
    this.#stamp = stamp
    this.#ranges = headers.get('Accept-Ranges') === 'bytes'
    return this.#have
  }
}

function joined(chunks, size) {
  const all = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  return all
}
