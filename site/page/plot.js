// Lines against one quantity, as SVG: for the page, which it follows in width, theme and type, and for a file. A cursor, moved by
// pointer or keys, reads all lines at one place.

import { line, scaleLinear, symbol, symbolsFill } from '../vendor/d3.js'
import { drawn } from './element.js'
import { three } from './numbers.js'
import { lines } from './words.js'

const edges = { left: 52, right: 18, top: 14, bottom: 48 }
const legendRow = 24
const legendLine = 16 // of a title that takes more than one
/** About how wide a letter of a title is. */
const letter = 7.4

/** Shapes and dashes tell lines apart where colours cannot. */
const dashes = ['none', '7 4', '2 3', '9 3 2 3', '4 2', '12 4', '1 4', '6 2 1 2 1 2']
const mark = (k, size) => symbol(symbolsFill[k % symbolsFill.length], size)()

export class LinePlot {
  #box
  #axes
  #moved
  #xs = []
  #series = []
  #at = 0
  #x

  /**
   * axes has the titles of x and y, x's symbol and whether it is whole, y's domain and a threshold { value, title } of y. moved(index) is called when a
   * person moves the cursor.
   */
  constructor(box, axes, moved = () => {}) {
    this.#box = box
    this.#axes = axes
    this.#moved = moved
    this.svg = drawn('svg', { class: 'plot', tabindex: 0, role: 'slider', 'aria-label': `Cursor: ${axes.x.title}` })
    this.svg.addEventListener('pointermove', (event) => this.#point(event))
    this.svg.addEventListener('pointerdown', (event) => this.#point(event))
    this.svg.addEventListener('keydown', (event) => this.#key(event))
    box.replaceChildren(this.svg)
    const follow = new ResizeObserver(() => (this.svg.isConnected ? this.#draw() : follow.disconnect()))
    follow.observe(box)
  }

  /** Draws lines over the same xs. Each has a title and its ys, as many as are known yet. at is the cursor's index. */
  show(xs, series, at) {
    this.#xs = xs
    this.#series = series
    this.#at = at
    this.#draw()
  }

  #move(index) {
    const at = Math.min(Math.max(index, 0), this.#xs.length - 1)
    if (at === this.#at) return
    this.#at = at
    this.#draw()
    this.#moved(at)
  }

  #point({ clientX }) {
    const value = this.#x.invert(clientX - this.svg.getBoundingClientRect().left)
    const distance = (x) => Math.abs(x - value)
    this.#move(this.#xs.reduce((best, x, i) => (distance(x) < distance(this.#xs[best]) ? i : best), 0))
  }

  #key(event) {
    const to = { ArrowLeft: this.#at - 1, ArrowDown: this.#at - 1, ArrowRight: this.#at + 1, ArrowUp: this.#at + 1, Home: 0, End: this.#xs.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    this.#move(to)
  }

  /** Draws everything anew, so that type keeps its size at any width. */
  #draw() {
    const width = this.#box.clientWidth
    if (!width || !this.#xs.length) return
    const { x: across, y: up, threshold } = this.#axes
    const field = Math.round(Math.min(Math.max(width * 0.45, 240), 420))
    const x = (this.#x = scaleLinear([this.#xs[0], this.#xs.at(-1)], [edges.left, width - edges.right]))
    const y = scaleLinear(up.domain, [field - edges.bottom, edges.top])
    const keyed = Math.max(...this.#series.map(({ title }) => title.length)) * letter + 100 // with its key and its value
    const columns = width > 2 * keyed ? 2 : 1
    const rows = Math.ceil(this.#series.length / columns)
    const long = Math.min(width / columns - 24, Math.max(keyed, 380))
    const titles = this.#series.map(({ title }) => lines(title, Math.floor((long - 95) / letter)))
    const row = legendRow + legendLine * (Math.max(...titles.map(({ length }) => length)) - 1)
    const height = field + rows * row + legendRow + 6

    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
    this.svg.setAttribute('height', height)
    this.svg.replaceChildren(
      ...this.#grid(x, y, width),
      drawn('text', { class: 'plot-title', x: (x.range()[0] + x.range()[1]) / 2, y: field - 8, 'text-anchor': 'middle' }, across.title),
      drawn('text', { class: 'plot-title', transform: `translate(14 ${(y(up.domain[0]) + y(up.domain[1])) / 2}) rotate(-90)`, 'text-anchor': 'middle' }, up.title),
      ...this.#cursor(x, y),
      ...this.#series.map(({ ys }, k) => this.#line(k, ys, x, y)),
      ...this.#series.map((one, k) => this.#legend(k, titles[k], one.ys, 8 + (k % columns) * (width / columns), field + 14 + Math.floor(k / columns) * row, long)),
      drawn('g', { transform: `translate(8 ${field + 14 + rows * row})` },
        drawn('line', { class: 'plot-threshold', x2: 30 }), drawn('text', { x: 40, dy: '0.35em' }, threshold.title)),
    )
    this.#describe()
  }

  #grid(x, y, width) {
    const right = width - edges.right
    const { threshold } = this.#axes
    return [
      ...y.ticks(4).flatMap((value) => [
        drawn('line', { class: 'plot-grid', x1: edges.left, x2: right, y1: y(value), y2: y(value) }),
        drawn('text', { x: edges.left - 8, y: y(value), dy: '0.35em', 'text-anchor': 'end' }, y.tickFormat(4)(value)),
      ]),
      ...x.ticks(width > 640 ? 10 : 5).filter((value) => !this.#axes.x.whole || Number.isInteger(value)).map((value) => drawn('text', { x: x(value), y: y.range()[0] + 18, 'text-anchor': 'middle' }, String(value))),
      drawn('line', { class: 'plot-threshold', x1: edges.left, x2: right, y1: y(threshold.value), y2: y(threshold.value) }),
    ]
  }

  #cursor(x, y) {
    const value = this.#xs[this.#at]
    const right = x(value) > (x.range()[0] + x.range()[1]) / 2
    return [
      drawn('line', { class: 'plot-cursor', x1: x(value), x2: x(value), y1: y.range()[0], y2: y.range()[1] }),
      drawn('text', { x: x(value) + (right ? -6 : 6), y: y.range()[0] - 8, 'text-anchor': right ? 'end' : 'start' }, `${this.#axes.x.symbol} = ${value}`),
    ]
  }

  #line(k, ys, x, y) {
    const path = line((_, i) => x(this.#xs[i]), y).defined((value) => value !== undefined)(ys)
    return drawn('g', { class: `series series-${k % 8}` },
      drawn('path', { class: 'series-line', d: path ?? '', 'stroke-dasharray': dashes[k % dashes.length] }),
      ...ys.flatMap((value, i) => (value === undefined ? [] : [
        drawn('path', { class: 'series-mark', d: mark(k, i === this.#at ? 110 : 28), transform: `translate(${x(this.#xs[i])} ${y(value)})` }),
      ])))
  }

  /** One line's key, its title and its value at the cursor. */
  #legend(k, title, ys, left, top, width) {
    const value = ys[this.#at]
    return drawn('g', { class: `series series-${k % 8}`, transform: `translate(${left} ${top})` },
      drawn('path', { class: 'series-line', d: 'M0 0H30', 'stroke-dasharray': dashes[k % dashes.length] }),
      drawn('path', { class: 'series-mark', d: mark(k, 60), transform: 'translate(15 0)' }),
      drawn('text', { class: 'plot-name' }, ...title.map((text, i) => drawn('tspan', { x: 40, y: i * legendLine, dy: '0.35em' }, text))),
      drawn('text', { class: 'plot-value', x: width, dy: '0.35em', 'text-anchor': 'end' }, value === undefined ? '' : three.format(value)))
  }

  #describe() {
    const x = this.#xs[this.#at]
    const values = this.#series.filter(({ ys }) => ys[this.#at] !== undefined).map(({ title, ys }) => `${title} ${three.format(ys[this.#at])}`)
    this.svg.setAttribute('aria-valuemin', this.#xs[0])
    this.svg.setAttribute('aria-valuemax', this.#xs.at(-1))
    this.svg.setAttribute('aria-valuenow', x)
    this.svg.setAttribute('aria-valuetext', `${x}. ${this.#axes.y.title}: ${values.join(', ')}`)
  }
}
