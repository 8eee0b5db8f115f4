// The wells: what each of the page's pictures shows, and the switches for outlines.

import { Glass } from './glass.js'
import { part } from './part.js'

/** What each well shows: a picture and the outlines or regions drawn over it. */
const views = {
  scan: { picture: 'scan', outlines: ['truth', 'region', 'target', 'before'] },
  adversarial: { picture: 'adversarial', outlines: ['truth', 'region', 'target', 'after'] },
  perturbation: { picture: 'perturbation', outlines: [] },
  before: { picture: 'before', outlines: [] },
  after: { picture: 'after', outlines: [] },
  errors: { picture: 'scan', regions: ['hit', 'miss', 'alarm'] },
}

/** Everything the wells need of a result, as lab.render takes it. */
export const wanted = {
  pictures: [...new Set(Object.values(views).map((view) => view.picture))],
  outlines: ['truth', 'region', 'target', 'before', 'after', 'hit', 'miss', 'alarm'],
}

/** Sets up all wells of the page and the switches for their outlines. */
export function wells() {
  const all = new Map()
  for (const figure of document.querySelectorAll('.well')) {
    const title = figure.querySelector('h2').textContent
    all.set(figure.dataset.view, new Glass(figure.querySelector('.glass'), title, views[figure.dataset.view]))
  }
  const switches = document.querySelector('#overlays')
  const follow = () => {
    for (const { name, checked } of switches.querySelectorAll('input')) {
      for (const path of document.querySelectorAll(`.outline[data-outline='${name}']`)) path.toggleAttribute('hidden', !checked)
    }
  }
  switches.addEventListener('change', follow)
  follow()

  /** Says over the pair where the patient's sides are, and how large things are, if the scan's file does. */
  let facts
  async function orient({ sides, pixel }) {
    const now = (facts = { sides, pixel })
    const bearings = sides || pixel ? (await part(import('./bearings.js'))).bearings : null
    if (now === facts) for (const name of ['scan', 'adversarial']) all.get(name).mark(bearings && ((overlay) => bearings(overlay, now)))
  }

  return {
    /** Every glass by its well's name. */
    all,
    /** Draws what lab.render gave; descriptions are for people who do not see the pictures. */
    draw(rendered, descriptions = {}) {
      for (const [name, glass] of all) glass.draw(rendered, descriptions[name])
      orient(rendered).catch(() => {}) // what is not there hides nothing
    },
    /** Shows the scan in the place of the attacked one, which it still is. */
    start({ pictures, own, ...rendered }) {
      const as = (of) => ({ adversarial: of.scan })
      all.get('adversarial').draw({ ...rendered, pictures: as(pictures), own: own && { ...own, pictures: as(own.pictures) } })
    },
    /** Draws outlines anew, and leaves the pictures under them. */
    trace({ outlines }) {
      for (const glass of all.values()) glass.trace(outlines)
    },
    /** Draws pictures anew, and leaves the lines over them. */
    repaint(rendered) {
      for (const glass of all.values()) glass.paint(rendered)
    },
  }
}
