// An engine that outlives its workers. When one has ended, the next call starts another, which is given what the one before had.

import { Failure, unless } from './failure.js'
import { Journal } from './journal.js'
import { Again, Link } from './link.js'
import { Shared } from './shared.js'

export class Engine {
  #connect
  #opening
  #journal = new Journal()
  #link = null
  #open = this.#another()
  #closed = null
  #last = 0 // number that a worker gave
  #whole = false // whether workers run the engine that reads networks of other trainers, too

  /** The addresses that workers have fetched from. */
  requests = []

  /** Hears what a worker is when it is there, and when it has changed. */
  onInfo = () => {}

  /** Hears that a worker is no more, and its results with it: with no error where cancelled work would not end otherwise. */
  onEnd = () => {}

  /** connect(gone, whole) starts a worker, and opening are the parameters of open. */
  constructor(connect, opening) {
    this.#connect = connect
    this.#opening = opening
  }

  /** Starts a worker, unless there is one. */
  open({ onProgress, signal } = {}) {
    return this.#open.join(onProgress, signal)
  }

  /** Calls a method. Its params may hold files, or one as source and what belongs to it beside. */
  async call(method, params, how) {
    for (;;) {
      try {
        const link = await this.open(how)
        const result = await send(link, method, params, how)
        this.#last = Math.max(this.#last, result?.id ?? 0)
        this.#journal.note(method, params, result)
        if (method === 'use') this.#opening = { ...this.#opening, ...params }
        return result
      } catch (error) {
        if (error.code === 'whole' && !this.#whole) this.#outgrow()
        else if (!(error instanceof Again)) throw error
      }
    }
  }

  /** Goes on in a worker with the whole engine; what others are waiting for is asked for again there. */
  #outgrow() {
    this.#whole = true
    this.#open = this.#another()
    this.#link.close(new Again())
    this.onEnd()
  }

  /** Forgets scans and results. */
  async release(ids) {
    this.#journal.forget(ids)
    await this.#link?.call('release', { ids }).catch(() => {}) // of a worker that is no more they are gone
  }

  close() {
    this.#closed = new Failure('bug', 'segfault: the laboratory is closed; call open() for another.')
    this.#link?.close(this.#closed)
  }

  #another() {
    return new Shared(async (signal, onProgress) => {
      if (this.#closed) throw this.#closed
      let [ready, over] = [false, false]
      const link = (this.#link = new Link((gone) => this.#connect(gone, this.#whole), {
        requests: (addresses) => this.requests.push(...addresses),
        ended: (error) => {
          over = true
          if (!ready) return // whoever waits for it hears
          this.#open = this.#another()
          this.onEnd(error)
        },
      }))
      const leave = () => link.close(signal.reason)
      signal.addEventListener('abort', leave)
      try {
        this.onInfo(await link.call('open', { ...this.#opening, last: this.#last }, { onProgress }))
        await this.#journal.putBack(async (method, params) => {
          const result = await send(link, method, params, { onProgress })
          if (result?.info) this.onInfo(result.info) // release answers with nothing
        }, signal)
        if (over) throw new Again() // with the last thing that it was given
        ready = true
        return link
      } catch (error) {
        link.close(error)
        this.#whole = false // what cannot be had must not keep the rest from working
        throw error
      } finally {
        signal.removeEventListener('abort', leave)
      }
    })
  }
}

/** Calls a method of a worker, with the files read that it does not read itself. */
async function send(link, method, { files, source, beside = [], ...params }, options) {
  const read = await unless(options?.signal, Promise.all((files ?? (source ? [source, ...beside] : [])).map((one) => one.posted())))
  const transfer = read.flatMap(({ bytes, file }) => [bytes, file].filter(ArrayBuffer.isView).map(({ buffer }) => buffer))
  const message = files ? { ...params, files: read } : source ? { ...params, file: read[0], ...(beside.length && { beside: read.slice(1) }) } : params
  return link.call(method, message, { ...options, transfer })
}
