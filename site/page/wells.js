// The wells: a canvas for a picture and, over it, an SVG for outlines and regions. Pixels and paths come from the engine.

const svg = 'http://www.w3.org/2000/svg'

/** What each well shows: a picture and the outlines or regions drawn over it. */
const views = {
  scan: { picture: 'scan', outlines: ['truth', 'before'] },
  adversarial: { picture: 'adversarial', outlines: ['truth', 'before', 'after'] },
  perturbation: { picture: 'perturbation', outlines: [] },
  before: { picture: 'before', outlines: [] },
  after: { picture: 'after', outlines: [] },
  errors: { picture: 'scan', regions: ['hit', 'miss', 'alarm'] },
}

/** Everything the wells need of a result, as lab.render takes it. */
export const wanted = {
  pictures: [...new Set(Object.values(views).map((view) => view.picture))],
  outlines: ['truth', 'before', 'after', 'hit', 'miss', 'alarm'],
}

class Well {
  constructor(figure, view) {
    this.view = view
    this.canvas = document.createElement('canvas')
    this.canvas.setAttribute('role', 'img')
    this.canvas.setAttribute('aria-label', `${figure.querySelector('h2').textContent}: not computed yet`)
    this.title = figure.querySelector('h2').textContent
    this.overlay = document.createElementNS(svg, 'svg')
    this.overlay.setAttribute('aria-hidden', 'true')
    this.paths = new Map()
    for (const name of [...(view.outlines ?? []), ...(view.regions ?? [])]) {
      const path = document.createElementNS(svg, 'path')
      const region = view.regions?.includes(name)
      path.setAttribute('class', region ? `region ${name}` : `outline outline-${name}`)
      path.setAttribute('fill-rule', 'evenodd')
      path.dataset.outline = name
      this.paths.set(name, path)
      this.overlay.append(path)
    }
    figure.querySelector('.glass').append(this.canvas, this.overlay)
  }

  draw({ width, height, pictures, outlines }, description) {
    const pixels = pictures[this.view.picture]
    if (pixels) {
      if (this.canvas.width !== width) this.canvas.width = width
      if (this.canvas.height !== height) this.canvas.height = height
      this.canvas.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0)
      this.overlay.setAttribute('viewBox', `0 0 ${width} ${height}`)
      this.canvas.setAttribute('aria-label', `${this.title}${description ? `: ${description}` : ''}`)
    } else {
      this.canvas.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height)
      this.canvas.setAttribute('aria-label', `${this.title}: not computed yet`)
    }
    for (const [name, path] of this.paths) path.setAttribute('d', (pixels && outlines[name]) ?? '')
  }
}

/** Sets up all wells of the page and the switches for their outlines. */
export function wells() {
  const all = new Map()
  for (const figure of document.querySelectorAll('.well')) {
    all.set(figure.dataset.view, new Well(figure, views[figure.dataset.view]))
  }
  const switches = document.querySelector('#overlays')
  const follow = () => {
    for (const { name, checked } of switches.querySelectorAll('input')) {
      for (const path of document.querySelectorAll(`.outline[data-outline='${name}']`)) path.toggleAttribute('hidden', !checked)
    }
  }
  switches.addEventListener('change', follow)
  follow()

  return {
    /** Draws what lab.render gave; descriptions are for people who do not see the pictures. */
    draw(rendered, descriptions = {}) {
      for (const [name, well] of all) well.draw(rendered, descriptions[name])
    },
  }
}
