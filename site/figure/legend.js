// The legend of a figure's outlines and regions; outlines can be switched off by it.

import { drawn, element } from '../page/element.js'

const names = {
  truth: 'Truth', before: 'Model, before', after: 'Model, after',
  hit: 'found', miss: 'lost', alarm: 'made up',
}
const regions = ['hit', 'miss', 'alarm']

/** A legend; with switched, each outline has a box that hides it in root. */
export function legend(shown, root, switched) {
  const items = shown.map((name) => {
    if (regions.includes(name)) {
      const patch = drawn('svg', { class: 'patch', 'aria-hidden': 'true' }, drawn('rect', { class: name, width: '100%', height: '100%' }))
      return element('li', {}, patch, names[name])
    }
    const key = element('i', { class: `key key-${name}`, 'aria-hidden': 'true' })
    if (!switched) return element('li', {}, key, names[name])
    const box = element('input', { type: 'checkbox' })
    box.checked = true
    box.addEventListener('change', () => {
      for (const path of root.querySelectorAll(`[data-outline=${name}]`)) path.toggleAttribute('hidden', !box.checked)
    })
    return element('li', {}, element('label', {}, box, key, names[name]))
  })
  return element('ul', { class: 'legend', part: 'legend', 'aria-label': 'Outlines' }, ...items)
}

/** From less through nothing to more, as the style sheet's ramp goes. */
const diverging = { R: '0.08 0.5 1', G: '0.22 0.5 0.85', B: '0.6 0.5 0.5' }

/** Fills for regions that differ by more than colour; and colours for changes; url(#…) finds them in the shadow tree. */
export function patterns() {
  const hatch = drawn('pattern', { id: 'hatch', width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    drawn('rect', { class: 'hatch-ground', width: 5, height: 5 }), drawn('rect', { class: 'hatch-line', width: 2.2, height: 5 }))
  const dots = drawn('pattern', { id: 'dots', width: 4, height: 4, patternUnits: 'userSpaceOnUse' },
    drawn('rect', { class: 'dots-ground', width: 4, height: 4 }), drawn('circle', { class: 'dots-dot', cx: 2, cy: 2, r: 1.1 }))
  const tables = Object.entries(diverging).map(([channel, tableValues]) => drawn(`feFunc${channel}`, { type: 'table', tableValues }))
  const diverge = drawn('filter', { id: 'diverge', 'color-interpolation-filters': 'sRGB' }, drawn('feComponentTransfer', {}, ...tables))
  return drawn('svg', { class: 'defs', width: 0, height: 0, 'aria-hidden': 'true' }, drawn('defs', {}, hatch, dots, diverge))
}
