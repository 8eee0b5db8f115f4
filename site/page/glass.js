// A glass: a canvas for a picture and, over it, an SVG for outlines and regions. Pixels and paths come from the engine.

const svg = 'http://www.w3.org/2000/svg'

export class Glass {
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
    box.append(this.canvas, this.overlay)
  }

  /** Draws what lab.render gave, or a part of it; the description is for people who do not see the picture. */
  draw({ width, height, pictures, outlines }, description, part = [0, 0, width, height]) {
    const pixels = pictures[this.picture]
    if (pixels) {
      const [x, y, across, down] = part
      if (this.canvas.width !== across) this.canvas.width = across
      if (this.canvas.height !== down) this.canvas.height = down
      this.canvas.getContext('2d').putImageData(new ImageData(pixels, width, height), -x, -y)
      this.overlay.setAttribute('viewBox', part.join(' '))
      this.canvas.setAttribute('aria-label', `${this.title}${description ? `: ${description}` : ''}`)
    } else {
      this.canvas.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height)
      this.canvas.setAttribute('aria-label', `${this.title}: not computed yet`)
    }
    for (const [name, path] of this.paths) path.setAttribute('d', (pixels && outlines[name]) ?? '')
  }
}
