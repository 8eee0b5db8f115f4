// What an engine was given, so that another worker can be given the same: models, scans, masks and strokes. Results are not kept.

import { Again } from './link.js'

export class Journal {
  #models = []
  #scans = new Map() // by number, the calls that made each what it is

  /** Notes a call that has been answered. */
  note(method, params, result) {
    const call = { method, params }
    if (method === 'load' || method === 'sample') this.#scans.set(result.id, [{ method, params: { ...params, id: result.id } }])
    else if (method === 'loadModel') this.#models.push([{ method, params: { ...params, name: result.model.name } }])
    else if (method === 'paint' || method === 'unpaint') this.#scans.get(params.scan)?.push(call)
    else if (method === 'loadMask' && this.#scans.has(params.scan)) {
      const others = this.#scans.get(params.scan).filter(({ params: { as } }) => as !== params.as) // strokes on the mask before are gone with it
      this.#scans.set(params.scan, [...others, call])
    }
  }

  /** Scans that are not wanted any more. */
  forget(ids) {
    for (const id of ids) this.#scans.delete(id)
  }

  /**
   * Makes all calls again, with call(method, params), until the signal ends. What fails is forgotten, lest it end one worker after another; a scan
   * that lacks one of its masks, too, lest it be attacked without.
   */
  async putBack(call, signal) {
    for (const things of [this.#models, this.#scans]) {
      for (const [key, calls] of [...things.entries()]) {
        const scan = things === this.#scans
        if (scan && !things.has(key)) continue // it was released meanwhile
        let made = 0
        try {
          for (const { method, params } of calls) {
            await call(method, params)
            made++
          }
        } catch (error) {
          if (signal.aborted || error instanceof Again) throw error // that it failed is not its fault
          if (scan) things.delete(key)
          else things[key] = []
        }
        if (scan && made && !things.has(key)) await call('release', { ids: [key] })
      }
    }
  }
}
