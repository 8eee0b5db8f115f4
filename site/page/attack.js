// The view of one attack: runs one after another as the person turns the dial.

import { share } from './numbers.js'
import { clear, report } from './report.js'
import { complain, engine, settle } from './status.js'
import { wanted, wells } from './wells.js'

export class AttackView {
  #glass = wells()
  #progress
  #options
  #shown
  #lab
  #scan
  #fault = null

  /** The attack under way, and whether something changed since it began. */
  #running = null
  #stale = false

  /** options() gives what lab.attack takes, or null while another view is shown; shown(fault) is called when one has been. */
  constructor(progress, options, shown) {
    this.#progress = progress
    this.#options = options
    this.#shown = shown
  }

  /** Puts a newly loaded scan on the bench, with a picture of it before anything is computed. */
  place(lab, scan, picture) {
    const before = this.#fault
    this.#lab = lab
    this.#scan = scan
    this.#fault = null
    clear()
    this.#glass.draw(picture)
    this.restart()
    if (before) lab.release(before)
  }

  /** The scan has changed, but not what it shows: it has another truth. */
  replace(scan) {
    this.#scan = scan
    this.restart()
  }

  /** Brings the view up to date. While one attack runs, later changes wait, and only the last of them is computed. */
  async refresh() {
    if (!this.#scan) return
    this.#stale = true
    if (this.#running) return
    while (this.#stale && this.#options()) {
      this.#stale = false
      this.#running = new AbortController()
      await this.#attack(this.#running.signal)
      this.#running = null
    }
  }

  /** What makes the attack under way pointless: another scan, slice, model, option or view. Another ε lets it finish. */
  restart() {
    this.#running?.abort(new DOMException('Replaced by a later choice.', 'AbortError'))
    return this.refresh()
  }

  async #attack(signal) {
    const lab = this.#lab
    this.#progress.begin(() => this.#running.abort(new DOMException('Cancelled.', 'AbortError')))
    engine('busy', lab.info)
    try {
      const next = await lab.attack(this.#scan, { ...this.#options(), signal, onProgress: (step) => this.#progress.show(step) })
      const rendered = await lab.render(next, { ...wanted, signal })
      settle()
      this.#glass.draw(rendered, report(next))
      showScale(rendered.scale)
      if (this.#fault) lab.release(this.#fault)
      this.#fault = next
      this.#shown(next)
    } catch (error) {
      if (error.name !== 'AbortError') complain(error)
    } finally {
      this.#progress.end()
      engine('ready', lab.info, this.#fault?.milliseconds.total)
    }
  }
}

function showScale(scale) {
  const [low, high] = document.querySelectorAll('#scale-perturbation span')
  low.textContent = `−${share.format(scale)}`
  high.textContent = `+${share.format(scale)}`
}
