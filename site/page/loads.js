// What is being loaded, with progress and Cancel. What is for a scan ends when another scan is asked for.

import { complain, settle } from './status.js'

export class Loads {
  #progress
  /** What is on its way for the scan there is, or in its place. */
  #forScan = new Set()

  constructor(progress) {
    this.#progress = progress
  }

  /** Whether a scan, or something for one, is on its way. */
  get any() {
    return this.#forScan.size > 0
  }

  /** Runs one operation that loads something; when it fails or is cancelled everything stays as it was. Says whether it was done. */
  async run(operation, forScan = true) {
    const stop = new AbortController()
    const begun = this.#progress.begin(() => stop.abort(new DOMException('Cancelled.', 'AbortError')))
    if (forScan) this.#forScan.add(stop)
    try {
      settle()
      await operation(stop.signal)
      return true
    } catch (error) {
      if (error.name !== 'AbortError') complain(error)
      return false
    } finally {
      this.#forScan.delete(stop)
      this.#progress.end(begun)
    }
  }

  /** Another scan is asked for, by the operation of that signal: what is on its way for the one before is not wanted any more. */
  instead(signal) {
    for (const stop of this.#forScan) if (stop.signal !== signal) stop.abort(new DOMException('Another scan was asked for.', 'AbortError'))
  }
}
