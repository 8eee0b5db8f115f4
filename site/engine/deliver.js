// Fetches the engine's parts from the site's own folder. What comes damaged is fetched once more, past all caches.

import { digest } from './bytes.js'
import { Damaged, Download } from './download.js'
import { Shared } from './shared.js'

/** A file of a page that is one file, which carries it. */
class Carried {
  constructor(bytes) {
    this.bytes = new Uint8Array(bytes)
  }

  async run({ onChunk }) {
    onChunk?.(this.bytes)
    return this.bytes
  }
}

/** A file of the site, on its way from where it is. */
function coming(path, size, at) {
  const carried = globalThis.inlined?.[path]
  return carried ? new Carried(carried) : new Download(at ?? new URL(`../${path}`, import.meta.url), `the file ${path}`, { size })
}

/** Whatever read makes of a download; if that is damaged, then of another, past all caches. */
async function proper(begin, read) {
  try {
    return await read(begin(), 'default')
  } catch (error) {
    if (!(error instanceof Damaged)) throw error
    return read(begin(), 'reload')
  }
}

/** What read makes of a file's bytes; that it throws means that they are not what they should be. */
export function deliver(path, read, { at } = {}) {
  return proper(() => coming(path, 0, at), async (download, cache) => {
    const bytes = await download.run({ cache })
    try {
      return await read(bytes)
    } catch (cause) {
      throw new Damaged(`segfault: the file ${path} is damaged, or not of this site; reload the page, or ask whoever runs the site.`, { cause })
    }
  })
}

/** Compiles WebAssembly while it arrives. */
export function compile(path, { signal, onBytes, at } = {}) {
  return proper(() => coming(path, 0, at), async (download, cache) => {
    const stop = new AbortController()
    const leave = () => stop.abort(signal.reason)
    if (signal?.aborted) leave()
    signal?.addEventListener('abort', leave)
    let failure = null
    const body = new ReadableStream({
      start(stream) {
        const onChunk = (chunk) => stream.enqueue(chunk)
        download.run({ signal: stop.signal, cache, onBytes, onChunk }).then(() => stream.close(), (error) => stream.error((failure = error)))
      },
      cancel: () => stop.abort(), // it has seen enough
    })
    try {
      return await WebAssembly.compileStreaming(new Response(body, { headers: { 'Content-Type': 'application/wasm' } }))
    } catch (cause) {
      throw failure ?? new Damaged(`segfault: the file ${path} is damaged, or not of this site; reload the page, or ask whoever runs the site.`, { cause })
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  })
}

/** Files of the release, each fetched once for all that wait for it, and held against the digest that the release has of it. */
export class Released {
  #about
  #at
  #arriving = new Map()
  #begun = new Map() // what has come of those that did not come to their end

  /** about(path) is what the release says of a file: { bytes, sha256 }. */
  constructor(about, at = () => undefined) {
    this.#about = about
    this.#at = at
  }

  /** The bytes of a file, unless the signal ends before they are there. */
  fetch(path, onBytes, signal) {
    if (!this.#arriving.has(path)) this.#arriving.set(path, new Shared((signal, onBytes) => this.#read(path, signal, onBytes)))
    return this.#arriving.get(path).join(onBytes, signal)
  }

  /** Whoever wanted it has it. */
  drop(path) {
    this.#arriving.delete(path)
  }

  #read(path, signal, onBytes) {
    const { bytes: size, sha256 } = this.#about(path)
    const begin = () => {
      if (!this.#begun.has(path)) this.#begun.set(path, coming(path, size, this.#at(path)))
      return this.#begun.get(path)
    }
    return proper(begin, async (download, cache) => {
      try {
        const bytes = await download.run({ signal, cache, onBytes })
        if ((await digest(bytes)) !== sha256) throw new Damaged(`segfault: the file ${path} is not that of this release; reload the page, or ask whoever runs the site.`)
        this.#begun.delete(path)
        return bytes
      } catch (error) {
        if (error instanceof Damaged) this.#begun.delete(path)
        throw error
      }
    })
  }
}
