// Work that several wait for: begun by the first, told to all, ended when the last has left, and begun anew after that or a failure.

import { left } from './failure.js'

export class Shared {
  #work
  #now = null

  /** work(signal, onBytes) returns a promise. */
  constructor(work) {
    this.#work = work
  }

  /** Waits for the work until the signal, if any, ends. */
  join(onBytes, signal) {
    if (signal?.aborted) return Promise.reject(left(signal))
    const now = (this.#now ??= this.#begin())
    return new Promise((resolve, reject) => {
      const one = { onBytes }
      const leave = () => {
        now.waiting.delete(one)
        if (!now.waiting.size && !now.there) this.#end(now)
        reject(left(signal))
      }
      now.waiting.add(one)
      signal?.addEventListener('abort', leave, { once: true })
      now.done.then(resolve, reject).finally(() => {
        now.waiting.delete(one)
        signal?.removeEventListener('abort', leave)
      })
    })
  }

  #begin() {
    const now = { waiting: new Set(), stop: new AbortController(), done: null, there: false }
    now.done = this.#work(now.stop.signal, (bytes) => now.waiting.forEach(({ onBytes }) => onBytes?.(bytes)))
    now.done.then(() => (now.there = true), () => this.#end(now))
    return now
  }

  #end(now) {
    if (this.#now === now) this.#now = null
    now.stop.abort()
  }
}
