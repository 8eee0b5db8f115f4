// Fetches the engine's parts from the site's own folder and tells how many bytes have come.

/** Fetches a file of the site until the signal, if any, ends it; the response counts its bytes as they are read. */
export async function deliver(path, onBytes, signal) {
  const inlined = globalThis.inlined?.[path]
  if (inlined) return new Response(inlined) // of a page that is one file
  let response
  try {
    response = await fetch(new URL(`../${path}`, import.meta.url), { signal })
  } catch {
    throw new Error(`segfault: ${path} could not be fetched; check the connection and try again.`)
  }
  if (!response.ok) throw new Error(`segfault: ${path} could not be fetched: the server answered ${response.status}.`)
  if (!onBytes || !response.body) return response
  let done = 0
  const counter = new TransformStream({
    transform(chunk, controller) {
      done += chunk.byteLength
      onBytes(done)
      controller.enqueue(chunk)
    },
  })
  const { status, headers } = response
  return new Response(response.body.pipeThrough(counter), { status, headers })
}

/** Compiles WebAssembly while it arrives, or afterwards where the server calls it something else. */
export async function compile(path, onBytes, signal) {
  const response = await deliver(path, onBytes, signal)
  if (WebAssembly.compileStreaming && response.headers.get('Content-Type')?.startsWith('application/wasm')) {
    return WebAssembly.compileStreaming(response)
  }
  return WebAssembly.compile(await response.arrayBuffer())
}

/** The shipped weights, each fetched once and kept as a promise of its bytes. */
export class Weights {
  #files = new Map()

  fetch(file, onBytes) {
    if (!this.#files.has(file)) {
      const bytes = deliver(`weights/${file}`, onBytes)
        .then((response) => response.arrayBuffer())
        .then((buffer) => new Uint8Array(buffer))
      bytes.catch(() => this.#files.delete(file)) // the next call tries again
      this.#files.set(file, bytes)
    }
    return this.#files.get(file)
  }

  /** The engine has parsed them. */
  drop(file) {
    this.#files.delete(file)
  }
}
