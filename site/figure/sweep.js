// The view "sweep": Dice against ε, a curve for each loss, with a cursor to read it by.

import { stops as dial } from '../page/dial.js'
import { both, bothSay, score } from '../page/numbers.js'
import { broke, capital, measure } from '../page/words.js'
import { curve } from './attack.js'
import { drawn, element } from '../page/element.js'

const last = 0.02
const stops = dial.filter((epsilon) => epsilon <= last && Number.isInteger(Number((epsilon * 1000).toFixed(3)))) // whole thousandths: half as many attacks
const edges = { left: 46, right: 14, top: 14, bottom: 46 }

export class Sweep {
  legend = []
  gradual = true // there is something to see before all is computed
  #curves = []
  #measure = 'Dice'
  #cursor = element('input', { type: 'range', class: 'cursor', min: 0, max: stops.length - 1, step: 1, 'aria-label': 'ε' })
  #plot = drawn('svg', { class: 'plot', 'aria-hidden': 'true' })
  #readout = element('ul', { class: 'readout' })
  root = element('div', { class: 'sweep' }, element('div', { class: 'field' }, this.#plot, this.#cursor), this.#readout)

  constructor() {
    this.#cursor.value = stops.indexOf(0.009)
    this.#cursor.addEventListener('input', () => this.#draw())
    new ResizeObserver(() => this.#draw()).observe(this.root)
  }

  /** Attacks with every ε and every loss, draws each result as it comes, and returns the last. */
  async show(lab, scan, { onProgress, ...options }, curves) {
    this.#curves = (curves.length ? curves : [options]).map((loss) => ({ ...curve(loss, lab.info), points: [], own: [], results: [] }))
    this.#draw()
    let fault = null
    for (const [k, { loss, swapped, points, own, results }] of this.#curves.entries()) {
      for (const [i, epsilon] of stops.entries()) {
        onProgress({ stage: 'sweep', done: k * stops.length + i, total: this.#curves.length * stops.length })
        if (fault) lab.release(fault)
        fault = await lab.attack(scan, { ...options, loss, swapped, epsilon })
        points.push(fault.metrics.dice.union.after)
        own.push(fault.metrics.dice.true.after)
        results.push({ epsilon, metrics: fault.metrics })
        this.#measure = capital(measure(fault.metrics.reference))
        this.#draw()
      }
    }
    return fault
  }

  /** Where each curve falls below the threshold of success. */
  words() {
    return this.#curves.map(({ name, results }) => `${name}: ${broke(results)}.`).join(' ')
  }

  /** Draws everything anew, at the width that there is, so that type keeps its size. */
  #draw() {
    const width = this.root.clientWidth
    if (!width) return
    const height = Math.round(Math.min(Math.max(width * 0.5, 210), 360))
    const x = (epsilon) => edges.left + (epsilon / last) * (width - edges.left - edges.right)
    const y = (dice) => height - edges.bottom - dice * (height - edges.top - edges.bottom)
    const at = Number(this.#cursor.value)

    const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((dice) => [
      drawn('line', { class: 'grid', x1: x(0), x2: x(last), y1: y(dice), y2: y(dice) }),
      drawn('text', { x: edges.left - 8, y: y(dice), dy: '0.35em', 'text-anchor': 'end' }, String(dice)),
    ])
    const ticks = [0, 0.005, 0.01, 0.015, 0.02].map((epsilon) =>
      drawn('text', { x: x(epsilon), y: height - edges.bottom + 18, 'text-anchor': 'middle' }, String(epsilon)))
    const titles = [
      drawn('text', { class: 'axis', x: (x(0) + x(last)) / 2, y: height - 6, 'text-anchor': 'middle' }, 'ε, share of the grey range'),
      drawn('text', { class: 'axis', transform: `translate(12 ${(y(0) + y(1)) / 2}) rotate(-90)`, 'text-anchor': 'middle' }, this.#measure),
    ]
    const cursor = drawn('line', { class: 'at', x1: x(stops[at]), x2: x(stops[at]), y1: y(0), y2: y(1) })
    const line = (points) => points.map((dice, i) => (dice === null ? '' : `${typeof points[i - 1] === 'number' ? 'L' : 'M'}${x(stops[i])} ${y(dice)}`)).join('')
    const curves = this.#curves.map(({ points, own }, k) => drawn('g', { class: `curve curve-${k + 1}` },
      drawn('path', { d: line(points) }), drawn('path', { class: 'own', d: line(own) }),
      ...points.flatMap((dice, i) => (dice === null ? [] : [drawn('circle', { cx: x(stops[i]), cy: y(dice), r: i === at ? 5 : 2.5 })]))))
    this.#plot.setAttribute('viewBox', `0 0 ${width} ${height}`)
    this.#plot.setAttribute('height', height)
    this.#plot.replaceChildren(...grid, ...ticks, ...titles, cursor, ...curves)
    this.#read(at)
  }

  /** Says what the curves have at the cursor. */
  #read(at) {
    const values = this.#curves.map(({ name, points, own }) => [name, both(points[at], own[at])])
    const apart = this.#curves.some(({ points, own }) => points.some((dice, i) => score(dice) !== score(own[i])))
    this.#readout.replaceChildren(element('li', { class: 'where' }, `ε = ${stops[at]}${apart ? `; ${bothSay}, the thin line` : ''}`), ...values.map(([name, value], k) =>
      element('li', {}, element('i', { class: `key curve-${k + 1}`, 'aria-hidden': 'true' }), `${name} `, element('b', {}, value))))
    this.#cursor.setAttribute('aria-valuetext', `ε ${stops[at]}. ${this.#measure}: ${values.map((pair) => pair.join(' ')).join(', ')}`)
  }
}
