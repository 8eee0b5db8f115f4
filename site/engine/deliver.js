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

/** The shipped weights, each fetched once for all that wait for it, and held against the digest that the release has of it. */
export class Weights {
  #models
  #at
  #arriving = new Map()
  #begun = new Map() // what has come of those that did not come to their end

  /** models() lists what the release says of each: file, bytes, sha256. */
  constructor(models, at = () => undefined) {
    this.#models = models
    this.#at = at
  }

  /** The bytes of a file, unless the signal ends before they are there. */
  fetch(file, onBytes, signal) {
    if (!this.#arriving.has(file)) this.#arriving.set(file, new Shared((signal, onBytes) => this.#read(file, signal, onBytes)))
    return this.#arriving.get(file).join(onBytes, signal)
  }

  /** The engine has them. */
  drop(file) {
    this.#arriving.delete(file)
  }

  #read(file, signal, onBytes) {
    const path = `weights/${file}`
    const { bytes: size, sha256 } = this.#models().find((model) => model.file === file)
    const begin = () => {
      if (!this.#begun.has(file)) this.#begun.set(file, coming(path, size, this.#at(file)))
      return this.#begun.get(file)
    }
    return proper(begin, async (download, cache) => {
      try {
        const bytes = await download.run({ signal, cache, onBytes })
        if ((await digest(bytes)) !== sha256) throw new Damaged(`segfault: the file ${path} is not that of this release; reload the page, or ask whoever runs the site.`)
        this.#begun.delete(file)
        return bytes
      } catch (error) {
        if (error instanceof Damaged) this.#begun.delete(file)
        throw error
      }
    })
  }
}
