// Painting a mask over the pictures, by pointer, touch or keys. The way of the brush is noted here; the engine paints along it.

import { drawn, element, offerClasses } from './element.js'
import { counted } from './numbers.js'
import { complain, settle } from './status.js'

const names = { truth: 'truth mask', region: 'region of interest', target: 'target' }
const clamp = (value, low, high) => Math.min(Math.max(value, low), high)

export class Brush {
  #ask
  #done = { truth: 0, region: 0, target: 0 }
  /** Of which scan those strokes are. */
  #on = 0
  /** Where the brush is, in pixels of the pictures, and its way since it was put down; null while it is up. */
  #at = null
  #way = null
  #queue = Promise.resolve()
  #marks = new Map()
  #as = choice('brush-as', 'Paint', [['truth', 'truth'], ['region', 'region of interest'], ['target', 'target']])
  #tool = choice('brush-tool', 'With', [['paint', 'brush'], ['erase', 'eraser']])
  #label = element('select', { id: 'brush-label' })
  #labels = element('p', { class: 'brush-part' }, element('label', { for: 'brush-label' }, 'Class'), this.#label)
  #size = element('input', { type: 'range', id: 'brush-size', min: 1, max: 60, value: 12 })
  #sized = element('output', { for: 'brush-size' })
  #undo = element('button', { type: 'button' }, 'Undo')
  #status = element('p', { class: 'hint', role: 'status' })

  /**
   * glasses are those to paint on. ask.about() gives the scan, the model's classes and whether a target is sought, ask.paint(stroke) paints it, ask.undo(as) takes the last
   * stroke back, ask.reveal(x, y) brings a point, in shares of what is shown, to the middle, and ask.closed() is called at the end.
   */
  constructor(box, glasses, ask) {
    this.box = box
    this.#ask = ask
    for (const { overlay } of glasses) {
      const [way, ring] = [drawn('polyline', { class: 'brush-way' }), drawn('circle', { class: 'brush-ring' })]
      overlay.append(drawn('g', { 'data-brush': '' }, way, ring))
      this.#marks.set(overlay, { way, ring })
    }
    const done = element('button', { type: 'button' }, 'Done')
    box.append(this.#as, this.#tool, this.#labels,
      element('p', { class: 'brush-part' }, element('label', { for: 'brush-size' }, 'Size'), this.#size, this.#sized),
      element('p', { class: 'brush-part' }, this.#undo, done),
      element('p', { class: 'hint', id: 'brush-help' }, 'Draw on the pictures. Keys on them: arrows move the brush (with Shift by one pixel), Space stamps, Enter puts it down or lifts it, ' +
        '[ and ] change its size, E erases, Z undoes, Escape ends. In a region of interest only what lies in it is attacked; a target is what the model is to find.'),
      this.#status)
    for (const part of [this.#as, this.#tool, this.#size]) part.addEventListener('input', () => this.#show())
    this.#undo.addEventListener('click', () => this.#unpaint())
    done.addEventListener('click', () => this.close())
  }

  open() {
    const { scan, classes, seeks } = this.#ask.about()
    this.box.hidden = false
    this.#fit(scan)
    set(this.#as, seeks ? 'target' : scan.truth && !this.#done.truth ? 'region' : 'truth')
    offerClasses(this.#label, classes)
    const { x, y, width, height } = this.#shown
    this.#at = [x + width / 2, y + height / 2]
    this.#show()
    this.#status.textContent = ''
  }

  /** Another model may have other classes. */
  follow() {
    if (this.box.hidden) return
    offerClasses(this.#label, this.#ask.about().classes)
    this.#show()
  }

  close() {
    this.#way = this.#at = null
    this.box.hidden = true
    this.#show()
    this.#ask.closed()
  }

  /** Undoing ends with the scan: what was painted on another is gone. */
  #fit({ id }) {
    if (this.#on !== id) this.#done = { truth: 0, region: 0, target: 0 }
    this.#on = id
  }

  /** A pointer came down on a picture, passes over it, draws on it, or left it. */
  down(event) {
    this.#to(event)
    this.#way = [this.#at]
    this.#show()
  }

  hover(event) {
    if (this.#way) return // of a brush that a key has put down
    this.#to(event)
    this.#show()
  }

  move(event) {
    this.#to(event)
    this.#way?.push(this.#at)
    this.#show()
  }

  up() {
    const way = this.#way
    if (way) this.#stroke(way)
  }

  /** What was drawn since the pointer came down was not meant as a stroke. */
  drop() {
    this.#way = null
    this.#show()
  }

  /** A key on the pictures; whether it was for the brush. */
  key({ key, shiftKey, ctrlKey, metaKey, altKey }) {
    if (altKey || ((ctrlKey || metaKey) && key !== 'z')) return false
    const step = shiftKey ? 1 : Math.max(1, Math.round(this.#radius))
    const keys = {
      ArrowLeft: () => this.#step(-step, 0), ArrowRight: () => this.#step(step, 0), ArrowUp: () => this.#step(0, -step), ArrowDown: () => this.#step(0, step),
      ' ': () => this.#stroke([this.#at]),
      Enter: () => this.#lift(),
      '[': () => this.#resize(-2), ']': () => this.#resize(2),
      e: () => this.#turn(), z: () => this.#unpaint(),
      Escape: () => (this.#way ? this.drop() : this.close()),
    }
    const act = keys[key.length > 1 ? key : key.toLowerCase()]
    act?.()
    return Boolean(act)
  }

  get #radius() {
    return this.#size.valueAsNumber / 2
  }

  /** What of the picture is shown, in its pixels. */
  get #shown() {
    return this.#marks.keys().next().value.viewBox.baseVal
  }

  #to({ clientX, clientY, currentTarget }) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(currentTarget.querySelector('svg').getScreenCTM().inverse())
    this.#at = [x, y]
  }

  #step(across, down) {
    const [left, top, width, height] = this.#marks.keys().next().value.dataset.whole.split(' ').map(Number)
    const [x, y] = (this.#at = [clamp(this.#at[0] + across, left, left + width), clamp(this.#at[1] + down, top, top + height)])
    const shown = this.#shown
    const [right, below] = [(x - shown.x) / shown.width, (y - shown.y) / shown.height]
    if (Math.min(right, below) < 0 || Math.max(right, below) > 1) this.#ask.reveal(right, below)
    this.#way?.push(this.#at)
    this.#show()
    this.#status.textContent = `${this.#way ? 'Drawing, at' : 'At'} ${Math.round(x)}, ${Math.round(y)}.`
  }

  #lift() {
    if (this.#way) return this.#stroke(this.#way)
    this.#way = [this.#at]
    this.#show()
    this.#status.textContent = 'The brush is down.'
  }

  #resize(by) {
    this.#size.valueAsNumber += by
    this.#show()
    this.#status.textContent = `Size ${this.#size.value}.`
  }

  #turn() {
    set(this.#tool, value(this.#tool) === 'erase' ? 'paint' : 'erase')
    this.#show()
    this.#status.textContent = value(this.#tool) === 'erase' ? 'Eraser.' : 'Brush.'
  }

  /** Strokes reach the engine one after another. */
  #stroke(points) {
    const as = value(this.#as)
    const label = value(this.#tool) === 'erase' ? 0 : as === 'region' ? 1 : Number(this.#label.value)
    this.#way = null
    this.#do(() => this.#ask.paint({ as, label, points, radius: this.#radius }), as, 1)
  }

  #unpaint() {
    const as = value(this.#as)
    this.#do(() => (this.#done[as] ? this.#ask.undo(as) : null), as, -1)
  }

  #do(work, as, count) {
    this.#queue = this.#queue.then(async () => {
      const { scan } = this.#ask.about()
      this.#fit(scan)
      settle()
      const nothing = count < 0 && !this.#done[as]
      const mask = await work()
      if (!nothing) this.#done[as] += count
      this.#status.textContent = nothing ? 'There is nothing to undo.' : `The ${names[as]} ${mask ? `has ${counted(mask.pixels, 'pixel')}` : 'is gone'}.`
    }).catch(complain).finally(() => this.#show())
  }

  #show() {
    const [radius, erasing, as] = [this.#radius, value(this.#tool) === 'erase', value(this.#as)]
    this.#sized.textContent = `${this.#size.value} px`
    this.#labels.hidden = as === 'region' || erasing || this.#label.options.length < 2
    this.#undo.disabled = !this.#done[as]
    for (const { way, ring } of this.#marks.values()) {
      const line = this.#way && (this.#way.length > 1 ? this.#way : [...this.#way, ...this.#way])
      way.setAttribute('points', line ? line.map((point) => point.join(',')).join(' ') : '')
      way.setAttribute('stroke-width', 2 * radius)
      ring.toggleAttribute('hidden', !this.#at)
      ring.classList.toggle('erasing', erasing)
      if (this.#at) for (const [name, v] of [['cx', this.#at[0]], ['cy', this.#at[1]], ['r', radius]]) ring.setAttribute(name, v)
    }
  }
}

/** A switch between some values. */
function choice(name, legend, options) {
  return element('fieldset', { class: 'switch' }, element('legend', { class: 'hidden' }, legend), ...options.map(([value, text], k) =>
    element('label', {}, element('input', { type: 'radio', name, value, ...(k === 0 && { checked: '' }) }), element('span', {}, text))))
}

const value = (switched) => switched.querySelector(':checked').value

function set(switched, value) {
  switched.querySelector(`[value=${value}]`).checked = true
}
