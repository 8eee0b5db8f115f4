// A glass: a canvas for a picture and, over it, an SVG for outlines and regions. Pixels and paths come from the engine.

const svg = 'http://www.w3.org/2000/svg'

export class Glass {
  #part = [0, 0, 1, 1]
  #pen
  #look = { zoom: 1, x: 0.5, y: 0.5 }
  /** Its own pixels, while it shows another's. */
  #own = null
  /** What is written over whatever part is seen, a function of the overlay; null for nothing. */
  #marks = null

  /** Fills box with what a view shows: a picture, and the outlines or regions drawn over it. */
  constructor(box, title, { picture, outlines = [], regions = [] }) {
    this.title = title
    this.picture = picture
    this.canvas = document.createElement('canvas')
    this.canvas.setAttribute('role', 'img')
    this.canvas.setAttribute('aria-label', `${title}: not computed yet`)
    this.overlay = document.createElementNS(svg, 'svg')
    this.overlay.setAttribute('aria-hidden', 'true')
    this.paths = new Map()
    for (const name of [...outlines, ...regions]) {
      const path = document.createElementNS(svg, 'path')
      path.setAttribute('class', regions.includes(name) ? `region ${name}` : `outline outline-${name}`)
      path.setAttribute('fill-rule', 'evenodd')
      path.dataset.outline = name
      this.paths.set(name, path)
      this.overlay.append(path)
    }
    this.#pen = this.canvas.getContext('2d', { willReadFrequently: true }) // no layer of the GPU's, which only costs where pixels are put
    box.append(this.canvas, this.overlay)
  }

  /**
   * Draws what lab.render gave, or a part of it; the description is for people who do not see the picture. Pictures in the
   * scan's own pixels come before those on the model's grid, and all show the part that the scan fills.
   */
  draw(rendered, description, part = rendered.own?.box ?? [0, 0, rendered.width, rendered.height]) {
    const drawn = Boolean(rendered.pictures[this.picture])
    if (drawn) {
      this.#part = part
      this.paint(rendered)
      this.look(this.#look)
    } else this.#pen.clearRect(0, 0, this.canvas.width, this.canvas.height)
    this.canvas.setAttribute('aria-label', drawn ? `${this.title}${description ? `: ${description}` : ''}` : `${this.title}: not computed yet`)
    for (const [name, path] of this.paths) path.setAttribute('d', (drawn ? rendered.outlines[name] : '') ?? '')
  }

  /** Draws those of its outlines that are among the given ones, and leaves the picture. */
  trace(outlines) {
    for (const [name, path] of this.paths) if (name in outlines) path.setAttribute('d', outlines[name])
  }

  /** Draws the picture alone, if it is among those given. */
  paint({ width, height, pictures, own }) {
    if (!pictures[this.picture]) return
    this.canvas.parentElement.querySelector('.poster')?.remove() // which stood for it until now
    if (own?.pictures[this.picture]) this.#put(own.pictures[this.picture], own.width, own.height, [0, 0, own.width, own.height])
    else this.#put(pictures[this.picture], width, height, this.#part)
  }

  /** Shows another's picture instead of its own, for as long as one looks; null is its own again. */
  borrow(other) {
    const { canvas } = this
    if (other && !this.#own && canvas.width && canvas.height) {
      this.#own = this.#pen.getImageData(0, 0, canvas.width, canvas.height)
      this.#pen.drawImage(other.canvas, 0, 0, canvas.width, canvas.height)
    } else if (!other && this.#own) {
      this.#pen.putImageData(this.#own, 0, 0)
      this.#own = null
    }
  }

  /** Has something written over whatever part is seen, by a function of the overlay; nothing with null. */
  mark(marks) {
    this.#marks = marks
    if (marks) marks(this.overlay)
    else this.overlay.querySelector('.bearings')?.remove()
  }

  #put(pixels, width, height, [x, y, across, down]) {
    this.#own = null
    if (this.canvas.width !== across) this.canvas.width = across
    if (this.canvas.height !== down) this.canvas.height = down
    this.#pen.putImageData(new ImageData(pixels, width, height), -x, -y)
  }

  /** Enlarges the picture zoom times around a point of it, given in shares of its width and height. Lines keep their width. */
  look({ zoom, x, y }) {
    this.#look = { zoom, x, y }
    const [left, top, across, down] = this.#part
    this.canvas.style.transform = zoom === 1 ? '' : `scale(${zoom}) translate(${100 * (0.5 - x)}%, ${100 * (0.5 - y)}%)`
    this.overlay.dataset.whole = this.#part.join(' ')
    this.overlay.setAttribute('viewBox', [left + across * (x - 0.5 / zoom), top + down * (y - 0.5 / zoom), across / zoom, down / zoom].join(' '))
    this.#marks?.(this.overlay)
  }
}
