// How an iteration goes: loss and Dice, step by step, as curves that grow while it runs and stay with its result.

import { drawn, element } from './element.js'
import { three } from './numbers.js'

const width = 320
const height = 72

export class Live {
  #box = element('figure', { class: 'live' })
  #curves = ['loss', 'dice'].map((of) => new Curve(of))
  #points = []
  /** How many of the points are of runs before the one under way. */
  #before = 0

  constructor() {
    this.#box.append(...this.#curves.map(({ box }) => box))
    document.querySelector('#dial').after(this.#box)
  }

  /** Another attack begins. */
  begin() {
    this.#points = []
    this.#before = 0
  }

  /** Goes on with what a run of it has reached, of as many steps in all. */
  grow(points, total) {
    if (this.#before + points.length <= this.#points.length) this.#before = this.#points.length // it has begun anew
    this.#points = [...this.#points.slice(0, this.#before), ...points]
    this.#show(this.#points, total)
  }

  /** Shows a result's; none of one step. */
  show({ metrics: { steps }, cancelled }) {
    this.#show(steps, cancelled?.of ?? steps.length - 1)
  }

  #show(points, total) {
    this.#box.hidden = points.length < 2
    for (const curve of this.#curves) curve.show(points, total)
  }
}

class Curve {
  #of
  #words = element('figcaption', {})
  #line = drawn('polyline', { class: 'series-line', 'vector-effect': 'non-scaling-stroke' })

  constructor(of) {
    this.#of = of
    this.box = element('div', { class: `series series-${of === 'loss' ? 1 : 0}` }, this.#words,
      drawn('svg', { class: 'plot still', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, this.#line))
  }

  show(points, total) {
    const values = points.map((point) => point[this.#of])
    if (!values.length) return
    const [low, high] = this.#of === 'dice' ? [0, 1] : [Math.min(0, ...values), Math.max(...values)]
    const x = (k) => (k * width) / Math.max(total, 1)
    const y = (value) => height - 2 - ((height - 4) * (value - low)) / (high - low || 1)
    this.#line.setAttribute('points', values.map((value, k) => `${x(k).toFixed(1)},${y(value).toFixed(1)}`).join(' '))
    this.#words.textContent = `${this.#of === 'dice' ? 'Dice' : 'Loss'} ${three.format(values[0])} → ${three.format(values.at(-1))}, after ${values.length - 1} of ${total} steps`
  }
}
