// Helpers of an engine that computes without a GPU: workers of its own beside it, each with an engine that only computes. What they know they
// are told with each task, so one that ends takes nothing with it. The worker fetches this file when somebody has to wait for it.

import { started } from './life.js'
import { Again, Link } from './link.js'

/** How long a helper without work is kept, in ms. */
const idle = 60_000

/** What helpers may take together, in bytes: half of the memory that there is, or of 4 GB where that is not told. */
const room = (navigator.deviceMemory ?? 4) * 2 ** 29

/** How many helpers there may be that take so many bytes each. */
const most = (bytes) => Math.min(navigator.hardwareConcurrency - 1, Math.floor(room / bytes))

const helpers = []

/** Starts a helper where it is not there, and gives it the engine; fails where there are not as many processors, or there is not the room. */
export async function wake(given, number, bytes) {
  if (globalThis.inlined || !globalThis.Worker) throw new Error('workers cannot start others here')
  if (number >= most(bytes)) throw new Error('there are no more')
  helpers[number] ??= new Helper(given)
  await helpers[number].wake()
}

/**
 * Has a helper that was woken do a task; settle(moved) is what it asks on its way, and progress(stage, done, total) what it tells, which
 * says whether the best until then is enough. Null where it has ended over it, undefined where it cannot be woken again.
 */
export async function help(given, number, bytes, task, settle, progress, signal) {
  if (number >= most(bytes)) return
  const helper = helpers[number]
  try {
    if (!helper.awake) await helper.wake()
  } catch {
    return
  }
  return helper.do(task, settle, progress, signal)
}

/** A helper who outlives its workers. */
class Helper {
  #given
  #link = null
  #there = null // its link when it is awake, to which a task is given at once
  #settle = new Map() // by task
  #ends = new WeakSet() // errors with which its workers have ended
  #last = 0
  #timer

  constructor(given) {
    this.#given = given
  }

  get awake() {
    return this.#there !== null
  }

  async wake() {
    await this.#conversation()
    this.#rest()
  }

  /** With its worker, which is started where there is none. */
  #conversation() {
    return (this.#link ??= this.#start().catch((error) => {
      this.#link = null
      throw error
    }))
  }

  async #start() {
    const link = new Link((gone) => {
      const worker = started(new URL('worker.js', import.meta.url), { type: 'module' }, gone, ' helper')
      worker.postMessage(this.#given)
      worker.addEventListener('message', ({ data }) => 'settle' in data && this.#answer(worker, data))
      return worker
    }, { requests: (requests) => postMessage({ requests }), ended: (error) => {
      this.#link = this.#there = null
      if (error) this.#ends.add(error)
    } })
    await link.call('release', { ids: [] }) // answered when it is there
    return (this.#there = link)
  }

  async do(task, settle, progress, signal) {
    const number = ++this.#last
    const enough = new AbortController()
    const onProgress = ({ stage, done, total }) => progress(stage, done, total) && enough.abort()
    this.#settle.set(number, settle)
    try {
      for (;;) {
        try {
          return await (this.#there ?? (await this.#conversation())).call('compute', { ...task, number }, { signal, enough: enough.signal, onProgress })
        } catch (error) {
          if (this.#ends.has(error)) return null
          if (!(error instanceof Again)) throw error // else it was ended for the sake of other work
        }
      }
    } finally {
      this.#settle.delete(number)
      this.#rest()
    }
  }

  #answer(worker, { settle, moved }) {
    const image = this.#settle.get(settle)?.(moved) ?? 'nobody waits for it'
    worker.postMessage(typeof image === 'string' ? { settled: settle, error: image } : { settled: settle, image })
  }

  /** Its worker is ended where it has had no task for a while; the next has another. */
  #rest() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(async () => {
      if (this.#settle.size || !this.#link) return
      const link = this.#link
      this.#link = this.#there = null
      ;(await link).close(new Again())
    }, idle)
  }
}
