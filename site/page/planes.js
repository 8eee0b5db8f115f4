// The two planes across a volume's slices, beside the third, which is the slice itself: where they cut it, and where the slice cuts them.

import { drawn, element } from './element.js'
import { complain } from './status.js'

const planes = [
  { name: 'row', title: 'Along a row', along: 'across', by: 'down' },
  { name: 'column', title: 'Along a column', along: 'down', by: 'across' },
]

export class Planes {
  #lab
  #scan
  #see
  #views
  #drawing = null
  #again = false
  box = element('details', { class: 'planes' }, element('summary', {}, 'Three planes'))

  /** see(slice) is called when a person chooses a slice. */
  constructor(see) {
    this.#see = see
    this.#views = Object.fromEntries(planes.map((plane) => [plane.name, this.#view(plane)]))
    this.box.append(element('div', { class: 'planes-row' }, ...planes.map(({ name }) => this.#views[name].figure)))
    this.box.addEventListener('toggle', () => this.#draw())
  }

  #view({ title, along, by }) {
    const canvas = element('canvas', { role: 'img', 'aria-label': `${title} of the slices` })
    const line = drawn('line', { class: 'plane-slice', x1: 0, x2: 1 })
    const cut = drawn('line', { class: 'plane-cut', y1: 0, y2: 1 })
    const slider = element('input', { type: 'range', min: 0, value: 0, step: 1, 'aria-label': `${title}: which` })
    const over = drawn('svg', { viewBox: '0 0 1 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, line, cut)
    const glass = element('div', { class: 'plane' }, canvas, over)
    slider.addEventListener('input', (event) => {
      event.stopPropagation() // which is no choice of an attack
      this.#draw()
    })
    glass.addEventListener('click', ({ clientX, clientY }) => {
      const { left, top, width, height } = glass.getBoundingClientRect()
      const place = (share, count) => Math.min(Math.floor(share * count), count - 1)
      const other = this.#views[planes.find((plane) => plane.by === along).name]
      other.slider.value = place((clientX - left) / width, Number(other.slider.max) + 1)
      this.#draw()
      this.#see(this.#scan.slices - 1 - place((clientY - top) / height, this.#scan.slices))
    })
    return { canvas, line, cut, slider, by, figure: element('figure', {}, element('figcaption', {}, title), glass, slider) }
  }

  /** Offers a volume, through whose middle they go at first. */
  offer(lab, scan) {
    this.#lab = lab
    if (this.#scan?.id !== scan.id) {
      const sizes = { across: scan.width, down: scan.height }
      for (const { slider, by } of Object.values(this.#views)) {
        slider.max = sizes[by] - 1
        slider.value = sizes[by] >> 1
      }
    }
    this.#scan = scan
    this.#draw()
  }

  /** Draws them as they are now; of many changes at once only the last. */
  async #draw() {
    this.#again = true
    if (!this.box.open) return
    await (this.#drawing ??= this.#turn().catch(complain).finally(() => (this.#drawing = null)))
  }

  async #turn() {
    while (this.#again) {
      this.#again = false
      const at = Object.fromEntries(Object.values(this.#views).map(({ by, slider }) => [by, slider.valueAsNumber]))
      const scan = this.#scan
      const { row, column, pictures } = await this.#lab.planes(scan, at)
      if (scan.id !== this.#scan.id) continue
      this.#show('row', row, pictures.row, (at.across + 0.5) / scan.width)
      this.#show('column', column, pictures.column, (at.down + 0.5) / scan.height)
    }
  }

  #show(name, { width, height, aspect }, picture, at) {
    const { canvas, line, cut } = this.#views[name]
    Object.assign(canvas, { width, height })
    canvas.getContext('2d').putImageData(new ImageData(picture, width, height), 0, 0)
    Object.assign(canvas.parentElement.style, { aspectRatio: aspect, inlineSize: `min(100%, ${20 * aspect}rem)` })
    for (const end of ['x1', 'x2']) cut.setAttribute(end, at)
    const slice = 1 - (document.querySelector('#slice').valueAsNumber + 0.5) / height
    for (const end of ['y1', 'y2']) line.setAttribute(end, slice)
  }
}
