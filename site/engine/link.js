// The page's end of the conversation with the engine's worker.
//
//     → { id, method, params }          a call
//     → { id, method: 'cancel' }        the caller has lost interest in call id
//     ← { id, progress }                any number of times
//     ← { id, ok: true, result }  or  { id, ok: false, error }
//     ← { requests }                    addresses that the worker has fetched from

export class Link {
  #worker
  #calls = new Map()
  #next = 1
  #ended = null

  /** The addresses that the worker has fetched from. */
  requests = []

  constructor(worker) {
    this.#worker = worker
    this.#worker.onmessage = ({ data }) => this.#receive(data)
    this.#worker.onerror = (event) => {
      event.preventDefault()
      this.#end(new Error('segfault: the engine could not be started; reload the page, and use a browser of 2023 or later.'))
    }
  }

  /** Calls a method of the engine; buffers in transfer are handed over, not copied. */
  call(method, params, { signal, onProgress, transfer = [] } = {}) {
    if (this.#ended) return Promise.reject(this.#ended)
    if (signal?.aborted) return Promise.reject(signal.reason)
    const id = this.#next++
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#calls.delete(id)
        this.#worker.postMessage({ id, method: 'cancel' })
        reject(signal.reason)
      }
      const settle = (done) => (value) => {
        signal?.removeEventListener('abort', abort)
        done(value)
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#calls.set(id, { resolve: settle(resolve), reject: settle(reject), onProgress })
      this.#worker.postMessage({ id, method, params }, transfer)
    })
  }

  close() {
    this.#end(new Error('segfault: the laboratory is closed; call open() for another.'))
  }

  #receive({ id, ok, result, error, progress, ended, requests }) {
    if (requests) return this.requests.push(...requests)
    if (ended) return this.#end(new Error(ended))
    const call = this.#calls.get(id)
    if (!call) return // cancelled meanwhile
    if (progress) return call.onProgress?.(progress)
    this.#calls.delete(id)
    if (ok) call.resolve(result)
    else call.reject(new Error(error))
  }

  #end(error) {
    this.#ended ??= error
    this.#worker.terminate()
    for (const call of this.#calls.values()) call.reject(this.#ended)
    this.#calls.clear()
  }
}
