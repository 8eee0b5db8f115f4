// The plots below the numbers of one attack. They are drawn once they come into sight or are printed; the library that it takes is loaded when
// the page is idle, because printing does not wait.

import { part } from './part.js'
import { save } from './save.js'
import { csv } from './table.js'
import { changed } from './meaning.js'
import { beside } from './report.js'
import { complain } from './status.js'

const $ = (id) => document.querySelector(id)

export class Evidence {
  #fault = null
  #parts = null
  #near = false
  #beside = null
  #lab
  #attention = null

  constructor() {
    $('#looks').addEventListener('toggle', () => this.#attend().catch(complain))
    new IntersectionObserver((entries) => {
      this.#near = entries.at(-1).isIntersecting
      this.#follow()
    }, { rootMargin: '200px' }).observe($('#plots'))
    new ResizeObserver(() => this.#follow()).observe($('#plots'))
    addEventListener('beforeprint', () => this.#draw())
    this.#offer('#bars-svg', 'segfault-dice.svg', 'image/svg+xml', () => this.#parts.svgFile((box) => this.#bars(box)))
    this.#offer('#bars-csv', 'segfault-dice.csv', 'text/csv', () => csv(this.#classes()))
    this.#offer('#changes-svg', 'segfault-changes.svg', 'image/svg+xml', () => this.#parts.svgFile((box) => this.#changes(box)))
    this.#offer('#changes-csv', 'segfault-changes.csv', 'text/csv', () => csv(this.#bins()))
  }

  /** What is computed beside the last result is not wanted any more. */
  hush() {
    this.#beside?.abort(new DOMException('Replaced by a later choice.', 'AbortError'))
  }

  /** The last result is shown still, but the engine has it no more, so that nothing can be computed beside it. */
  forsake() {
    this.hush()
    this.#beside = null
    beside([])
  }

  /** It is wanted still, where the change that would have made it another was refused, or the attack that would have taken its place has failed. */
  resume() {
    const hushed = this.#fault && this.#beside?.signal.aborted && !this.#fault.beside.length
    if (hushed) this.#attach(this.#fault)
  }

  /** Shows a result; null where there is none. */
  show(fault, lab) {
    this.#fault = fault
    this.#lab = lab
    $('#evidence').toggleAttribute('data-empty', !fault)
    if (!fault) return
    $('#changes-words').textContent = changed(fault.metrics.changes)
    this.#follow()
    this.#attend().catch(complain)
    this.#attach(fault)
    if (!this.#parts) (globalThis.requestIdleCallback ?? setTimeout)(() => this.#load().catch(() => {})) // wanted, it is asked for again
  }

  /** Where the model looks, once somebody wants to see it. */
  async #attend() {
    if (!$('#looks').open || !this.#fault) return
    const { AttentionPanel } = await part(import('./attention.js'))
    this.#attention ??= new AttentionPanel($('#looks'))
    await this.#attention.show(this.#lab, this.#fault)
  }

  #attach(fault) {
    this.#accompany(fault).catch((error) => error.name === 'AbortError' || complain(error))
  }

  /** What stands beside every attack, when there is time. */
  async #accompany(fault) {
    this.hush()
    const { signal } = (this.#beside = new AbortController())
    fault.beside = []
    const { besides, besideWords } = await part(import('./beside.js'))
    const { controls } = await besides(this.#lab, fault, signal)
    if (signal.aborted) return
    fault.beside = controls
    beside(controls.map(besideWords))
  }

  #offer(button, name, type, content) {
    const keep = async () => {
      await this.#load()
      save(name, type, content())
    }
    $(button).addEventListener('click', () => keep().catch(complain))
  }

  /** Loads what it takes to draw. */
  async #load() {
    const [charts, file] = await part(Promise.all([import('./charts.js'), import('./picture-file.js')]))
    this.#parts = { ...charts, ...file }
  }

  /** Draws where a person looks. */
  async #follow() {
    if (!this.#near || !this.#fault) return
    if (!this.#parts) await this.#load().catch(complain)
    this.#draw()
  }

  #draw() {
    if (!this.#parts || !this.#fault || !$('#bars').clientWidth) return
    this.#bars($('#bars'))
    this.#changes($('#changes'))
  }

  #bars(box) {
    const { classes, metrics } = this.#fault
    return this.#parts.diceBars(box, classes, metrics)
  }

  #changes(box) {
    return this.#parts.changes(box, this.#fault.metrics.changes)
  }

  #classes() {
    const { classes, metrics: { dice, iou } } = this.#fault
    return [['class', 'dice_before', 'dice_after', 'iou_before', 'iou_after'], ...classes.map((name, k) => [name, dice.before[k], dice.after[k], iou.before[k], iou.after[k]])]
  }

  #bins() {
    const { limit, counts } = this.#fault.metrics.changes
    const edge = (k) => Number((limit * ((2 * k) / counts.length - 1)).toPrecision(6))
    return [['from', 'to', 'count'], ...counts.map((count, k) => [edge(k), edge(k + 1), count])]
  }
}
