// The view of one attack: runs one after another as the person turns the dial.

import { Evidence } from './evidence.js'
import { perturbation, share } from './numbers.js'
import { Outdated } from './outdated.js'
import { part } from './part.js'
import { releasing } from './releasing.js'
import { clear, report, scores } from './report.js'
import { complain, engine, offer, say, settle } from './status.js'
import { Viewer } from './viewer.js'
import { wanted, wells } from './wells.js'
import { leastly } from './words.js'

/** People who want no motion see the end at once. */
const still = matchMedia('(prefers-reduced-motion: reduce)')

/** The largest ε that is tried where the smallest is looked for. */
const most = 0.1

export class AttackView {
  #glass = wells()
  #viewer
  #evidence = new Evidence()
  #outdated = new Outdated(document.querySelector('main'), document.querySelector('#outdated'))
  #progress
  #options
  #seeks
  #shown
  #lab
  #scan
  #fault = null
  /** Whether a result is shown, perhaps of other settings. */
  #showing = false
  /** The slice that is shown. */
  #slice = 0
  #looking = false
  #looked = true

  /** The attack under way, and whether something changed since it began. */
  #running = null
  #stale = false
  #turning = null
  /** Whether the person has cancelled the last one. */
  #cancelled = false
  /** Whether there has been one since the engine was last started. */
  #fresh = false

  /** The curves of an iteration, loaded with the first. */
  #live = null

  /** The scan as it is, from which the first steps begin; null once an attack is shown. */
  #untouched = null

  /** The last attack of more than nothing, with its steps as they came: it is played again where the dial comes back to it. */
  #kept = null
  /** Counts what makes results of the same options others: scans, masks, backends. */
  #edition = 0

  /** Whether the smallest ε is looked for, once. */
  #seeking = false

  /**
   * options() gives what lab.attack takes, or null while another view is shown, and seeks() whether the smallest ε is wanted; shown(fault) is called
   * when one has been.
   */
  constructor(progress, options, seeks, shown) {
    this.#seeks = seeks
    this.#progress = progress
    this.#options = options
    this.#shown = shown
    this.#viewer = new Viewer(this.#glass.all.values(), { looked: () => this.#look(), scrolled })
  }

  /** Draws what is there anew, with another window or gain; of many changes at once only the last. */
  async #look() {
    this.#looked = false
    if (this.#looking || !this.#fault) return
    this.#looking = true
    while (!this.#looked) {
      this.#looked = true
      const fault = this.#fault
      const rendered = await this.#lab.render(fault, { pictures: ['scan', 'adversarial'], ...this.#viewer.look, own: true }).catch(() => null) // released meanwhile
      if (!rendered || fault !== this.#fault) continue
      this.#glass.repaint(rendered)
      this.#viewer.drawn(rendered)
    }
    this.#looking = false
  }

  /** Puts a newly loaded scan on the bench, with a picture of it before anything is computed; ends when it has been attacked. */
  place(lab, scan, picture) {
    const before = this.#results
    this.#lab = lab
    this.#scan = scan
    this.#fault = this.#kept = null
    this.#viewer.forget()
    this.#blank(scan.slice, picture)
    for (const fault of before) lab.release(fault)
    return this.afresh()
  }

  /** The scan has changed, but not what it shows: it has another mask, whose outlines are given. */
  replace(scan, rendered) {
    this.#scan = scan
    this.#glass.trace(rendered)
    this.afresh()
  }

  /** The results that the engine holds. */
  get #results() {
    return new Set([this.#fault, this.#kept?.fault].filter(Boolean))
  }

  /** Ends the attack under way, which something else will begin anew; whether there was one. */
  interrupt() {
    this.#running?.abort(new DOMException('Replaced by a later choice.', 'AbortError'))
    return Boolean(this.#running)
  }

  /** What is computed beside the last result is of masks that are about to change. */
  hush() {
    this.#evidence.hush()
  }

  /** They have not changed. */
  resume() {
    this.#evidence.resume()
  }

  /** The glasses on which a person may paint. */
  get glasses() {
    return ['scan', 'adversarial'].map((name) => this.#glass.all.get(name))
  }

  get viewer() {
    return this.#viewer
  }

  /** Brings the view up to date. While one attack runs, later changes wait, and only the last of them is computed. */
  async refresh() {
    if (!this.#scan) return
    this.#stale = true
    await (this.#turning ??= this.#turn().finally(() => (this.#turning = null)))
  }

  async #turn() {
    while (this.#stale && this.#options()) {
      this.#stale = false
      this.#running = new AbortController()
      await this.#attack(this.#running.signal)
      this.#running = null
    }
  }

  /** What makes the attack under way pointless: another scan, slice, model, option or view. Another ε lets it finish. */
  restart() {
    this.interrupt()
    return this.refresh()
  }

  /** The same, where the same options have another result than before. */
  afresh() {
    this.#edition++
    return this.restart()
  }

  /**
   * The engine has no results any more: computes the last once more, unless it was that which ended the engine, or its being cancelled. Says whether
   * there is one again.
   */
  async again() {
    const lost = this.#fresh && !this.#cancelled
    this.#fresh = false
    this.#kept = null
    if (lost) await this.restart()
    else this.#evidence.forsake()
    return this.#fresh
  }

  /** Shows another slice as it is, before anything is computed from it. */
  async #leaf({ model, slice }, signal) {
    const picture = await this.#lab.render(this.#scan, { pictures: ['scan'], outlines: ['truth', 'region', 'target'], model, slice, ...this.#viewer.look, own: true, signal })
    this.#blank(slice, picture)
  }

  /** Shows a slice of which nothing is computed. */
  #blank(slice, picture) {
    this.#slice = slice
    this.#showing = false
    this.#untouched = picture
    this.#outdated.say('')
    clear()
    this.#evidence.show(null)
    this.#glass.draw(picture)
    this.#viewer.drawn(picture)
    this.#viewer.orient()
  }

  /** The attack that was asked for; where the smallest ε is looked for, also what was found of it. */
  async #find(options, call) {
    if (this.#kept?.key && this.#kept.key === this.#key(options)) {
      if (!still.matches) await this.#play(this.#kept.steps, call.signal)
      return [this.#kept.fault]
    }
    if (!this.#seeking && !this.#seeks()) return [await this.#lab.attack(this.#scan, { ...options, ...call })]
    if (this.#seeking) options = { ...options, epsilon: most }
    this.#seeking = false
    const least = await this.#lab.least(this.#scan, { ...options, ...call })
    return [least.fault, least]
  }

  /** Says the smallest ε, or offers to look for it where a target was missed. */
  #told(found, sought) {
    if (sought) say(leastly(found), 'attack')
    else if (found.metrics.ending === 'unreached') {
      say('The model does not find its target with this ε.', 'attack')
      offer('Find the least ε that does it', () => {
        this.#seeking = true
        this.refresh()
      })
    }
  }

  /** Tells one attack from another, of those that are kept. */
  #key(options) {
    return this.#seeking || this.#seeks() ? null : JSON.stringify([this.#edition, options])
  }

  /** Shows steps again, as fast as can be followed. */
  async #play(steps, signal) {
    for (const step of steps) {
      await this.#sketch(step, signal)
      await new Promise((resolve) => setTimeout(resolve, 40))
      if (signal.aborted) return
    }
  }

  async #curves() {
    const { Live } = await part(import('./live.js'))
    return (this.#live ??= new Live()) // one, however many steps came while it was fetched
  }

  /** Draws what an iteration has reached on its way. */
  async #sketch({ sketch, done, total }, signal) {
    if (this.#untouched) this.#glass.start(this.#untouched)
    this.#untouched = null
    this.#glass.trace({ outlines: { after: sketch.outline } })
    const { dice, true: own } = sketch.points.at(-1)
    const reference = this.#scan.truth ? 'truth' : 'prediction'
    if (this.#scan.truth || !sketch.sought) scores(this.#scan.truth ? sketch : { union: { after: dice }, true: { after: own } }, reference)
    const curves = await this.#curves().catch(() => null)
    if (!curves || signal.aborted || !this.#running) return
    if (done === sketch.points.length) curves.begin()
    curves.grow(sketch.points, total, sketch.sought ? 'target' : reference)
  }

  async #attack(signal) {
    const lab = this.#lab
    const enough = new AbortController()
    let begun = false
    this.#cancelled = false
    this.#evidence.hush()
    const progress = this.#progress.begin(() => {
      if (begun && !enough.signal.aborted) return enough.abort()
      this.#cancelled = true
      this.#running.abort(new DOMException('Cancelled.', 'AbortError'))
    })
    engine('busy', lab.info)
    const options = this.#options()
    const steps = []
    if (this.#showing) this.#outdated.say('What is shown is of the settings before; those of now are being computed.')
    try {
      if (this.#slice !== options.slice) await this.#leaf(options, signal)
      const [next, sought] = await this.#find(options, { signal, enough: enough.signal, onProgress: (step) => {
        begun ||= step.stage === 'step'
        this.#progress.show(step)
        if (!step.sketch) return
        steps.push(step)
        if (!still.matches) this.#sketch(step, signal)
      } })
      const rendered = await lab.render(next, { ...wanted, ...this.#viewer.look, own: true, signal }).catch(this.#results.has(next) ? null : releasing(lab, next))
      settle('attack') // a refused file's sentence stays: an attack that nobody asked for may end just behind it
      this.#showing = true
      this.#untouched = null
      this.#outdated.say('')
      this.#glass.draw(rendered, report(next, lab.info))
      document.querySelector('#target-key').hidden = !this.#scan.target && !next.metrics.target // the engine makes some itself
      this.#viewer.drawn(rendered)
      showScale(rendered.own?.scale ?? rendered.scale)
      this.#evidence.show(next, lab)
      if (next.metrics.steps.length || sought || this.#live) {
        const curves = await this.#curves()
        curves.show(next)
        curves.tried(sought?.curve, next.metrics)
      }
      const before = this.#results
      this.#fault = next
      if (next.attack.epsilon > 0 && !next.cancelled && this.#kept?.fault !== next) this.#kept = { key: this.#key(options), fault: next, steps }
      for (const fault of before) if (!this.#results.has(fault)) lab.release(fault)
      this.#fresh = true
      this.#shown(next)
      this.#told(sought ?? next, Boolean(sought))
    } catch (error) {
      if (error.name !== 'AbortError') complain(error, 'attack')
      if (this.#showing) this.#outdated.say('What is shown is of the settings before.')
      if (this.#cancelled || error.name !== 'AbortError') this.#evidence.resume() // nothing takes the place of what is shown
    } finally {
      this.#progress.end(progress)
      engine('ready', lab.info, this.#fault?.milliseconds.total)
    }
  }
}

/** Goes on by some slices; false where the scan has only one. */
function scrolled(slices) {
  const slider = document.querySelector('#slice')
  if (slider.max === '0') return false
  slider.valueAsNumber += slices
  slider.dispatchEvent(new Event('input', { bubbles: true }))
  return true
}

function showScale(scale) {
  const [low, high] = document.querySelectorAll('#scale-perturbation span')
  low.textContent = `−${share.format(scale)}`
  high.textContent = `+${share.format(scale)}`
  document.querySelector('[data-view=perturbation] h2').textContent = perturbation(scale)
}
