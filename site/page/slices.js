// What stands beside the slice's slider: the volume played, the attack on all of it, and how well each slice is found.

import { element } from './element.js'
import { both } from './numbers.js'
import { Planes } from './planes.js'

/** Between two slices that are played, in ms. */
const beat = 200

export class Slices {
  #slider = document.querySelector('#slice')
  #play = element('button', { type: 'button', id: 'play' }, 'Play')
  #all = element('button', { type: 'button', id: 'attack-all' })
  #strip = element('div', { class: 'slice-strip', role: 'img', hidden: '' })
  #timer = null
  #planes = new Planes((slice) => this.#show(slice))

  /** all() is called when all slices are to be attacked. */
  constructor(all) {
    document.querySelector('#slice-field').append(this.#strip, element('p', { class: 'keep' }, this.#play, this.#all), this.#planes.box)
    this.#all.addEventListener('click', all)
    this.#play.addEventListener('click', () => (this.#timer ? this.stop() : this.#start()))
    this.#slider.addEventListener('pointerdown', () => this.stop())
    this.#slider.addEventListener('keydown', () => this.stop())
    this.#strip.addEventListener('click', ({ target }) => {
      const index = [...this.#strip.children].indexOf(target.closest('.slice-bar'))
      if (index >= 0) this.#show(index)
    })
  }

  /** Offers a volume, and follows its slices; of another nothing has been attacked. */
  offer(lab, scan, other) {
    if (scan?.slices > 1) this.#planes.offer(lab, scan)
    if (!other) return
    this.stop()
    this.tell(null)
    this.#all.textContent = `Attack all ${scan?.slices} slices`
  }

  /** Shows how well each slice is found before and after the attack, where it shows something; null is nothing. */
  tell(slices) {
    this.#strip.hidden = !slices
    if (!slices) return
    this.#strip.setAttribute('aria-label', `Overlap of each of ${slices.length} slices, before the attack and after it; the table of the whole volume has the numbers`)
    this.#strip.replaceChildren(...slices.map(({ slice, reference, before, after, true: own }) => {
      const bar = element('span', { class: 'slice-bar', title: reference ? `Slice ${slice + 1}: ${[both(before, own.before), both(after, own.after)].filter((told) => told !== '–').join(' → ')}` : `Slice ${slice + 1}: nothing to find` })
      for (const [when, score] of reference ? [['before', before], ['after', after]] : []) {
        if (score === null) continue
        const part = element('i', { class: when })
        part.style.blockSize = `${100 * score}%`
        bar.append(part)
      }
      return bar
    }))
  }

  /** Dims the bars where they are of the settings before, as the pictures above them are of those of now. */
  date(old) {
    this.#strip.toggleAttribute('data-outdated', old)
  }

  stop() {
    clearInterval(this.#timer)
    this.#timer = null
    this.#play.textContent = 'Play'
  }

  #start() {
    this.#play.textContent = 'Stop'
    this.#timer = setInterval(() => this.#show((this.#slider.valueAsNumber + 1) % (Number(this.#slider.max) + 1)), beat)
  }

  /** Shows a slice, as if it had been chosen by hand. */
  #show(slice) {
    this.#slider.valueAsNumber = slice
    this.#slider.dispatchEvent(new Event('input', { bubbles: true }))
  }
}
