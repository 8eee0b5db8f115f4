// What a radiologist looks for at a picture's edges: which of the patient's sides lies where, and how long some mm are.

import { drawn } from './element.js'

/** Lengths of a bar, in mm, and how much of the picture it may take. */
const lengths = [200, 100, 50, 20, 10, 5, 2, 1]
const most = 0.3

const ink = { fill: '#ffffff', stroke: '#000000', 'paint-order': 'stroke', 'stroke-linejoin': 'round', 'font-family': 'system-ui, sans-serif', 'font-weight': 600 }

/** Writes them over what an overlay shows, in place of those before: the letters of lab.render's sides, and a bar by the mm that its pixels are wide. */
export function bearings(overlay, { sides, pixel }) {
  overlay.querySelector('.bearings')?.remove()
  const { x, y, width, height } = overlay.viewBox.baseVal
  const size = 0.04 * Math.max(width, height)
  const text = (content, x, y, anchor) => drawn('text', { x, y, dy: '0.35em', 'text-anchor': anchor, 'font-size': size, 'stroke-width': size / 6 }, content)
  const [left, right, top, bottom] = [x + size / 2, x + width - size / 2, y + 0.7 * size, y + height - 0.7 * size]
  const marks = []
  if (sides) {
    const [middle, centre] = [y + height / 2, x + width / 2]
    marks.push(text(sides[0], left, middle, 'start'), text(sides[1], right, middle, 'end'), text(sides[2], centre, top, 'middle'), text(sides[3], centre, bottom, 'middle'))
  }
  const long = lengths.find((mm) => mm / pixel <= most * width)
  if (pixel > 0 && long) {
    const from = right - long / pixel
    const bar = (colour, thick) => drawn('path', { d: `M${from} ${bottom}H${right}M${from} ${bottom - size / 4}v${size / 2}M${right} ${bottom - size / 4}v${size / 2}`, fill: 'none', stroke: colour, 'stroke-width': thick, 'stroke-linecap': 'square' })
    marks.push(bar('#000000', size / 4), bar('#ffffff', size / 10), text(long < 10 ? `${long} mm` : `${long / 10} cm`, (from + right) / 2, bottom - 0.9 * size, 'middle'))
  }
  overlay.append(drawn('g', { class: 'bearings', ...ink }, ...marks))
}
