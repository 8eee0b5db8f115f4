// How an iteration goes: loss and Dice, step by step, as curves that grow while it runs and stay with its result.

import { drawn, element } from './element.js'
import { both, bothSay, counted, score, share } from './numbers.js'
import { capital, measure } from './words.js'

const width = 320
const height = 72

export class Live {
  #box = element('figure', { class: 'live' })
  #curves = [new Curve('loss'), new Curve('dice', 'true')]
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
  show({ metrics, cancelled }) {
    this.#show(metrics.steps, cancelled?.of ?? metrics.steps.length - 1, against(metrics))
  }

  /** Shows what every ε did that was tried where the least was looked for; null where it was not. */
  tried(curve, metrics) {
    this.#tried.show(curve, against(metrics))
  }

  #show(points, total, reference) {
    this.#box.hidden = points.length < 2
    for (const curve of this.#curves) curve.show(points, total, reference)
  }
}

class Curve {
  #of
  #words = element('figcaption', {})
  #lines

  /** Of loss, or of Dice with the true class's beside it. */
  constructor(...of) {
    this.#of = of
    this.#lines = of.map((_, k) => line(lines[k]))
    this.box = element('div', { class: `series series-${of[1] ? 0 : 1}` }, this.#words, plot(...this.#lines))
  }

  show(points, total, reference) {
    if (!points.length) return
    const dice = this.#of[1]
    const values = points.map(({ loss }) => loss)
    const [low, high] = dice ? [0, 1] : [Math.min(0, ...values), Math.max(...values)]
    this.#of.forEach((of, n) => draw(this.#lines[n], points.map((point, k) => [k / Math.max(total, 1), (point[of] - low) / (high - low || 1)])))
    const [first, last] = [points[0], points.at(-1)].map((point) => both(...this.#of.map((of) => point[of])))
    const how = `${dice ? capital(measure(reference)) : 'Loss'} ${dice && reference === 'prediction' ? '' : `${first} → `}${last}` // with itself every run begins
    this.#words.textContent = `${how}, after ${points.length - 1} of ${counted(total, 'step')}${dice ? thin(points) : ''}`
  }
}

class Tried {
  #words = element('figcaption', {})
  #lines = lines.map(line)

  box = element('figure', { class: 'tried', hidden: '' }, element('div', { class: 'series series-0' }, this.#words, plot(...this.#lines)))

  show(curve, reference) {
    this.box.hidden = !curve
    if (!curve) return
    const some = curve.filter(({ epsilon }) => epsilon || reference !== 'prediction') // untouched it agrees with itself
    const most = curve.at(-1).epsilon || 1
    for (const [k, of] of ['dice', 'true'].entries()) draw(this.#lines[k], curve.map((at) => [at.epsilon / most, at[of]]))
    this.#words.textContent = `${capital(measure(reference))} by ε${thin(curve)}: ${some.map((at) => `${at.epsilon ? `ε ${share.format(at.epsilon)}` : 'untouched'} ${both(at.dice, at.true)}${at.success ? ', does it' : ''}`).join('; ')}`
  }
}

/** What the Dice of steps is with. */
const against = ({ target, reference }) => (target ? 'target' : reference)

/** Of all classes together, and of the true class. */
const lines = ['series-line', 'series-line series-own']

/** Says what the thin line is, where it is another. */
const thin = (points) => (points.some((at) => score(at.true) !== score(at.dice)) ? ` (${bothSay}, the thin line)` : '')

const line = (name) => drawn('polyline', { class: name, 'vector-effect': 'non-scaling-stroke' })

const plot = (...lines) => drawn('svg', { class: 'plot still', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...lines)

/** Draws points, shares of the plot's width and height. */
function draw(line, points) {
  line.setAttribute('points', points.map(([x, y]) => `${(x * width).toFixed(1)},${(height - 2 - (height - 4) * y).toFixed(1)}`).join(' '))
}
