// Where the model looks for a class, before the attack and after it (Grad-CAM), as a veil over the scan.

import { element, offerClasses } from './element.js'
import { complain } from './status.js'
import { complaint, expected } from './words.js'

export class AttentionPanel {
  #box
  #lab
  #fault
  #class = element('select', { 'aria-label': 'Class' })
  #stage = element('select', { 'aria-label': 'Stage of the decoder' })
  #why = element('p', { class: 'hint', role: 'status' }) // why there is nothing to see
  #views = ['before', 'after'].map((when) => ({ when, canvas: element('canvas', { role: 'img', 'aria-label': `Where the model looks, ${when}` }) }))
  #seen = element('div', {},
    element('p', { class: 'keep' }, this.#class, this.#stage),
    element('div', { class: 'strip' }, ...this.#views.map(({ when, canvas }) => element('figure', { class: 'well small' }, element('figcaption', {}, when), element('div', { class: 'glass' }, canvas)))),
    element('p', { class: 'hint' }, 'Grad-CAM (Selvaraju et al. 2017): the brighter, the more a stage of the decoder speaks for the class there. Black is nowhere.'))

  constructor(box) {
    this.#box = box
    box.append(this.#why, this.#seen)
    for (const menu of [this.#class, this.#stage]) menu.addEventListener('change', () => this.#look().catch(complain))
  }

  /** Shows a result's. */
  async show(lab, fault) {
    this.#lab = lab
    this.#fault = fault
    offerClasses(this.#class, fault.classes)
    this.#class.value = 1 + fault.metrics.pixels.before.indexOf(Math.max(...fault.metrics.pixels.before))
    this.#stage.replaceChildren()
    await this.#look()
  }

  async #look() {
    const fault = this.#fault
    const [seen, error] = await this.#lab.attention(fault, { class: Number(this.#class.value), ...(this.#stage.value ? { stage: this.#stage.value } : {}) }).then((seen) => [seen], (error) => [null, error])
    if (fault !== this.#fault) return
    if (error && !expected(error)) throw error
    this.#seen.hidden = Boolean(error) // what it showed is another's
    this.#why.textContent = error ? complaint(error) : ''
    if (error) return
    this.#stage.replaceChildren(...seen.stages.map((stage) => new Option(stage, stage, false, stage === seen.stage)))
    for (const { when, canvas } of this.#views) {
      Object.assign(canvas, { width: fault.width, height: fault.height })
      const pixels = new Uint8ClampedArray(4 * fault.width * fault.height)
      seen[when].forEach((value, k) => pixels.set([255 * value, 200 * value, 80 * value, 255], 4 * k))
      canvas.getContext('2d').putImageData(new ImageData(pixels, fault.width, fault.height), 0, 0)
    }
    this.#box.dataset.stage = seen.stage
  }
}
