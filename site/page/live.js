// How an iteration goes: loss and Dice, step by step, as curves that grow while it runs and stay with its result.

import { drawn, element } from './element.js'
import { both, bothSay, score, share, three } from './numbers.js'
import { capital, measure } from './words.js'

const width = 320
const height = 72

export class Live {
  #box = element('figure', { class: 'live' })
  #curves = ['loss', 'dice'].map((of) => new Curve(of))
  #tried = new Tried()
  #points = []
  /** How many of the points are of runs before the one under way. */
  #before = 0

  constructor() {
    this.#box.append(...this.#curves.map(({ box }) => box))
    document.querySelector('#dial').after(this.#box, this.#tried.box)
  }

  /** Another attack begins. */
  begin() {
    this.#points = []
    this.#before = 0
  }

  /** Goes on with what a run of it has reached, of as many steps in all, measured against a reference. */
  grow(points, total, reference) {
    if (this.#before + points.length <= this.#points.length) this.#before = this.#points.length // it has begun anew
    this.#points = [...this.#points.slice(0, this.#before), ...points]
    this.#show(this.#points, total, reference)
  }

  /** Shows a result's; none of one step. */
  show({ metrics: { steps, reference }, cancelled }) {
    this.#show(steps, cancelled?.of ?? steps.length - 1, reference)
  }

  /** Shows what every ε did that was tried where the least was looked for; null where it was not. */
  tried(curve, reference) {
    this.#tried.show(curve, reference)
  }

  #show(points, total, reference) {
    this.#box.hidden = points.length < 2
    for (const curve of this.#curves) curve.show(points, total, reference)
  }
}

class Curve {
  #of
  #words = element('figcaption', {})
  #line = line('series-line')

  constructor(of) {
    this.#of = of
    this.box = element('div', { class: `series series-${of === 'loss' ? 1 : 0}` }, this.#words, plot(this.#line))
  }

  show(points, total, reference) {
    const values = points.map((point) => point[this.#of])
    if (!values.length) return
    const [low, high] = this.#of === 'dice' ? [0, 1] : [Math.min(0, ...values), Math.max(...values)]
    draw(this.#line, values.map((value, k) => [k / Math.max(total, 1), (value - low) / (high - low || 1)]))
    const [own, last] = [this.#of === 'dice' && reference !== 'truth', three.format(values.at(-1))] // with which every run begins
    const how = own ? `${capital(measure(reference))} ${last}` : `${this.#of === 'dice' ? 'Dice' : 'Loss'} ${three.format(values[0])} → ${last}`
    this.#words.textContent = `${how}, after ${values.length - 1} of ${total} steps`
  }
}

class Tried {
  #words = element('figcaption', {})
  #lines = [line('series-line'), line('series-line series-own')]

  box = element('figure', { class: 'tried', hidden: '' }, element('div', { class: 'series series-0' }, this.#words, plot(...this.#lines)))

  show(curve, reference) {
    this.box.hidden = !curve
    if (!curve) return
    const told = curve.filter(({ epsilon }) => epsilon || reference === 'truth') // untouched it agrees with itself
    const most = curve.at(-1).epsilon || 1
    for (const [k, of] of ['dice', 'true'].entries()) draw(this.#lines[k], curve.map((at) => [at.epsilon / most, at[of]]))
    const apart = curve.some((at) => score(at.true) !== score(at.dice))
    this.#words.textContent = `${capital(measure(reference))} by ε${apart ? ` (${bothSay}, the thin line)` : ''}: ${told.map((at) => `${at.epsilon ? `ε ${share.format(at.epsilon)}` : 'untouched'} ${both(at.dice, at.true)}${at.success ? ', does it' : ''}`).join('; ')}`
  }
}

const line = (name) => drawn('polyline', { class: name, 'vector-effect': 'non-scaling-stroke' })

const plot = (...lines) => drawn('svg', { class: 'plot still', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...lines)

/** Draws points, shares of the plot's width and height. */
function draw(line, points) {
  line.setAttribute('points', points.map(([x, y]) => `${(x * width).toFixed(1)},${(height - 2 - (height - 4) * y).toFixed(1)}`).join(' '))
}
