// The views made of pictures: compare, slider and panel.

import { Glass } from '../page/glass.js'
import { perturbation, score, share } from '../page/numbers.js'
import { releasing } from '../page/releasing.js'
import { capital, measure, ownClass, sees } from '../page/words.js'
import { element } from '../page/element.js'

const tiles = {
  scan: { title: 'Scan', picture: 'scan', outlines: ['truth', 'before'], score: 'before' },
  adversarial: { title: 'Attacked', picture: 'adversarial', outlines: ['truth', 'after'], score: 'after' },
  perturbation: { title: 'Perturbation, magnified', picture: 'perturbation' },
  before: { title: 'Prediction before', picture: 'before', score: 'before' },
  after: { title: 'Prediction after', picture: 'after', score: 'after' },
  errors: { title: 'Errors after', picture: 'scan', regions: ['hit', 'miss', 'alarm'] },
}

/** A picture with its caption and, where a prediction is shown, its Dice. */
class Tile {
  constructor(name, changes) {
    const { title, ...view } = { ...tiles[name], ...changes }
    this.when = view.score
    this.glass = element('div', { class: 'glass' })
    this.measure = element('span', {}, 'Dice')
    this.score = element('output', { class: `score ${this.when}` }, '–')
    this.own = element('span', { class: 'own' })
    this.told = element('span', { class: 'dice' }, this.measure, ' ', this.score, this.own)
    this.title = element('span', {}, title)
    this.scale = [element('span', {}), element('span', {})]
    const key = element('span', { class: 'range' }, this.scale[0], element('i', { class: 'ramp', 'aria-hidden': 'true' }), this.scale[1])
    this.root = element('figure', { class: 'tile', 'data-view': name, part: 'picture' },
      element('figcaption', {}, this.title, this.when ? this.told : name === 'perturbation' ? key : ''),
      this.glass)
    this.picture = new Glass(this.glass, title, view)
  }

  draw(rendered, fault) {
    this.picture.draw(rendered, this.when && sees(fault, this.when))
    const { reference, dice } = fault.metrics
    this.measure.textContent = capital(measure(reference))
    this.told.hidden = this.when === 'before' && reference !== 'truth' // where there is no score before
    if (this.when) {
      this.score.textContent = score(dice.union[this.when])
      const own = ownClass(dice.union[this.when], dice.true[this.when], reference)
      this.own.textContent = own && ` ${own}`
    }
    if (this.root.dataset.view !== 'perturbation') return
    const { scale } = rendered.own ?? rendered
    this.title.textContent = perturbation(scale)
    for (const [k, sign] of ['−', '+'].entries()) this.scale[k].textContent = `${sign}${share.format(scale)}`
  }

  /** Shows a picture until there is one to draw: the site's, which has the scan at its left and the attacked scan at its right. */
  poster(src) {
    this.glass.querySelector('.poster')?.remove()
    if (!src || !['scan', 'adversarial'].includes(this.root.dataset.view)) return
    const image = element('img', { class: 'poster', part: 'poster', alt: '', src })
    image.onerror = () => image.remove()
    this.glass.append(image)
  }
}

class Pictures {
  legend = ['truth', 'before', 'after']

  constructor(name, shown, changes = {}) {
    this.root = element('div', { class: `pictures ${name}` })
    this.tiles = shown.map((tile) => new Tile(tile, changes[tile]))
    this.root.append(...this.tiles.map((tile) => tile.root))
    this.wanted = {
      pictures: [...new Set(this.tiles.map((tile) => tile.picture.picture))],
      outlines: [...new Set(this.tiles.flatMap((tile) => [...tile.picture.paths.keys()]))],
    }
  }

  /** Shows a picture of the sample in the place of what is not computed yet; null for none. */
  poster(src) {
    for (const tile of this.tiles) tile.poster(src)
  }

  /** Attacks, draws, and returns the result. */
  async show(lab, scan, options) {
    const fault = await lab.attack(scan, options)
    const rendered = await lab.render(fault, { ...this.wanted, signal: options.signal }).catch(releasing(lab, fault))
    for (const tile of this.tiles) tile.draw(rendered, fault)
    return fault
  }
}

export class Compare extends Pictures {
  constructor() {
    super('compare', ['scan', 'adversarial'], { adversarial: { title: 'The same scan, attacked' } })
  }
}

export class Panel extends Pictures {
  constructor() {
    super('panel', ['scan', 'perturbation', 'adversarial', 'before', 'after', 'errors'])
    this.legend = ['truth', 'before', 'after', 'hit', 'miss', 'alarm']
  }
}

/** One picture over the other, with a wipe between them: attacked at its right, untouched at its left. */
export class Slider extends Pictures {
  constructor() {
    super('slider', ['scan', 'adversarial'], { scan: { title: 'Untouched' } })
    const wipe = element('input', { type: 'range', class: 'wipe', min: 0, max: 100, value: 50, 'aria-label': 'Wipe from the attacked scan to the untouched one' })
    const follow = () => {
      this.root.style.setProperty('--wipe', `${wipe.value}%`)
      wipe.setAttribute('aria-valuetext', `${wipe.value} % untouched`)
    }
    wipe.addEventListener('input', follow)
    follow()
    this.root.append(element('span', { class: 'edge', 'aria-hidden': 'true' }), wipe)
  }
}
