// The page's end of the conversation with one worker of the engine.
//
//     → { id, method, params }          a call
//     → { id, method: 'cancel' }        the caller has lost interest in call id
//     → { id, method: 'enough' }        the caller takes what call id has reached
//     → { asked }                       are you there?
//     ← { id, begun: true }             it is the call's turn
//     ← { id, progress }                any number of times
//     ← { id, ok: true, result }  or  { id, ok: false, error, code }
//     ← { requests }                    addresses that the worker has fetched from
//     ← { held }, { here }              signs of life; see life.js
//     ← { ended, code }                 it has ended, and why, if that is known
//     ← { failed }                      from a frame: its script has

import { Failure, left } from './failure.js'

/** The worker was ended for the sake of a cancelled call, or before this call reached it: the next one can do it. */
export class Again extends Error {}

/** How long cancelled work may go on, and how long a worker without a lock may be silent while something is expected of it, in ms. */
const limits = { cancelled: 1000, silent: 120_000 }

const stopped = 'segfault: the engine has stopped, most likely for want of memory; with the next call it starts anew, with what was loaded.'

export class Link {
  #worker
  #told
  #limits
  #calls = new Map()
  #next = 1
  #ended = null
  #heard = false
  #held = false
  #silence = null

  /**
   * connect(gone) starts the worker. told.ended(error) is called when it is no more: by itself, or without an error for the sake of a cancelled
   * call; told.requests(addresses), when it has fetched from some.
   */
  constructor(connect, told, within = limits) {
    this.#told = told
    this.#limits = within
    this.#worker = connect(() => this.#end(new Failure('room', stopped)))
    this.#worker.onmessage = ({ data }) => this.#receive(data)
    this.#worker.onmessageerror = () => this.#end(new Failure('room', stopped))
    this.#worker.onerror = (event) => {
      event.preventDefault()
      this.#fail()
    }
  }

  /** Calls a method of the engine; buffers in transfer are handed over, not copied. */
  call(method, params, { signal, enough, onProgress, transfer = [] } = {}) {
    if (this.#ended) return Promise.reject(this.#ended)
    if (signal?.aborted) return Promise.reject(left(signal))
    const id = this.#next++
    return new Promise((resolve, reject) => {
      const leave = () => {
        call.left = true
        this.#worker.postMessage({ id, method: 'cancel' })
        reject(left(signal))
        if (call.begun) this.#await(call)
      }
      const suffice = () => this.#worker.postMessage({ id, method: 'enough' })
      const settle = (done) => (value) => {
        signal?.removeEventListener('abort', leave)
        enough?.removeEventListener('abort', suffice)
        done(value)
      }
      const call = { resolve: settle(resolve), reject: settle(reject), onProgress, begun: false, left: false, overdue: null }
      this.#worker.postMessage({ id, method, params }, transfer)
      this.#calls.set(id, call)
      signal?.addEventListener('abort', leave, { once: true })
      if (enough?.aborted) suffice()
      enough?.addEventListener('abort', suffice, { once: true })
      this.#listen()
    })
  }

  /** Ends the worker; calls under way, and later ones, are rejected with the error. */
  close(error) {
    this.#finish(error, error)
  }

  /** Its script has thrown, or could not be loaded. */
  #fail() {
    this.#end(this.#heard ? new Failure('room', stopped) : new Failure('device', 'segfault: the engine could not be started; reload the page, and use a browser of 2023 or later.'))
  }

  #receive({ id, ok, begun, result, error, code, progress, ended, failed, requests, held }) {
    if (failed) return this.#fail()
    this.#heard = true
    this.#held ||= Boolean(held)
    this.#listen()
    if (requests) return this.#told.requests(requests)
    if (ended !== undefined) return this.#end(ended ? new Failure(code ?? 'bug', ended) : new Failure('room', stopped))
    const call = this.#calls.get(id)
    if (!call) return
    if (begun) {
      call.begun = true
      if (call.left) this.#await(call)
    } else if (progress) {
      if (!call.left) call.onProgress?.(progress)
    } else {
      this.#calls.delete(id)
      clearTimeout(call.overdue)
      if (call.left) this.#release(result?.fault ?? result)
      else if (ok) call.resolve(result)
      else call.reject(new Failure(code, error))
    }
  }

  /** What cancelled work came to all the same, as it had ended before it heard: nobody has the scan or result, and the worker need not. */
  #release(thing) {
    if (typeof thing?.id === 'number') this.#worker.postMessage({ id: this.#next++, method: 'release', params: { ids: [thing.id] } })
  }

  /** Gives cancelled work a while to end. Only work that has begun: a call that waits holds nobody up. */
  #await(call) {
    const late = () => (call.overdue = setTimeout(() => this.#end(null), 50)) // its answer may wait behind this
    call.overdue = setTimeout(late, this.#limits.cancelled)
  }

  /** Without a lock: asks now and then whether the worker is there, while something is expected of it. */
  #listen(asked = 0) {
    clearTimeout(this.#silence)
    if (this.#held || this.#ended || !this.#calls.size) return
    this.#silence = setTimeout(() => {
      if (asked === 3) return this.#end(new Failure('room', stopped))
      this.#worker.postMessage({ asked: true })
      this.#listen(asked + 1)
    }, this.#limits.silent / 4)
  }

  #end(error) {
    if (this.#ended) return
    this.#finish(new Again(), error ?? new Again())
    this.#told.ended(error)
  }

  #finish(later, now) {
    this.#ended = later
    clearTimeout(this.#silence)
    this.#worker.terminate()
    for (const call of this.#calls.values()) {
      clearTimeout(call.overdue)
      call.reject(now)
    }
    this.#calls.clear()
  }
}
