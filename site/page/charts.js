// Bars and histograms as SVG, drawn at the width that there is.

import { scaleBand, scaleLinear } from '../vendor/d3.js'
import { drawn } from './element.js'
import { score, share } from './numbers.js'
import { absent, capital, measure } from './words.js'

function chart(box, height, ...children) {
  const svg = drawn('svg', { class: 'plot still', viewBox: `0 0 ${box.clientWidth} ${height}`, height, role: 'img' }, ...children)
  box.replaceChildren(svg)
  return svg
}

/** Bars for every class, of its Dice before and after or, without a truth, of what measures the attacked prediction; none of a class that is nowhere. Returns the <svg>. */
export function diceBars(box, classes, { dice: { before, after }, pixels, reference }) {
  const known = reference === 'truth'
  const width = box.clientWidth
  const left = Math.min(Math.max(...classes.map((name) => 8.2 * name.length)) + 16, width / 3)
  const rows = scaleBand(classes.map((_, k) => k), [8, 8 + classes.length * 52]).paddingInner(0.25)
  const x = scaleLinear([0, 1], [left, width - 52])
  const bottom = rows.range()[1] + 6
  const words = (k, scores, when) => (absent(scores[k], pixels[when][k], reference) ? 'absent' : score(scores[k]))
  const bar = (k, scores, kind, top) => {
    const said = words(k, scores, kind)
    const length = said === 'absent' ? 0 : scores[k] ?? 0
    return [
      drawn('rect', { class: `bar bar-${kind}`, x: x(0), y: top, width: scores[k] === null || said === 'absent' ? 0 : Math.max(x(length) - x(0), 1), height: rows.bandwidth() / 2 - 2 }),
      drawn('text', { class: 'plot-value', x: x(length) + 6, y: top + rows.bandwidth() / 4 - 1, dy: '0.35em' }, said),
    ]
  }
  const key = (x, y, kind, text) => [
    drawn('rect', { class: `bar bar-${kind}`, x, y: y + 28, width: 18, height: 10 }),
    drawn('text', { x: x + 24, y: y + 33, dy: '0.35em' }, text),
  ]
  const svg = chart(box, bottom + 46,
    ...x.ticks(5).flatMap((value) => [
      drawn('line', { class: 'plot-grid', x1: x(value), x2: x(value), y1: 4, y2: bottom }),
      drawn('text', { x: x(value), y: bottom + 16, 'text-anchor': 'middle' }, String(value)),
    ]),
    ...classes.flatMap((name, k) => [
      drawn('text', { class: 'plot-name', x: left - 8, y: rows(k) + rows.bandwidth() / 2, dy: '0.35em', 'text-anchor': 'end' }, name),
      ...(known ? bar(k, before, 'before', rows(k)) : []),
      ...bar(k, after, 'after', rows(k) + rows.bandwidth() / (known ? 2 : 4)),
    ]),
    ...(known ? key(left, bottom, 'before', 'Dice before') : []),
    ...(known ? key(left + 116, bottom, 'after', 'after') : key(8, bottom, 'after', measure(reference))),
  )
  const told = (k) => (known ? `${words(k, before, 'before')} before, ${words(k, after, 'after')} after` : words(k, after, 'after'))
  svg.setAttribute('aria-label', `${capital(measure(reference))} of each class. ${classes.map((name, k) => `${name}: ${told(k)}`).join('. ')}`)
  return svg
}

/** How many values changed by how much: counts in equal bins from −limit to limit. Returns the <svg>. */
export function changes(box, { limit, counts }) {
  const width = box.clientWidth
  const height = 220
  const total = counts.reduce((sum, count) => sum + count, 0)
  const x = scaleLinear([-limit, limit], [52, width - 14])
  const y = scaleLinear([0, Math.max(...counts) / total], [height - 44, 10])
  const across = (x.range()[1] - x.range()[0]) / counts.length
  const svg = chart(box, height,
    ...y.ticks(4).flatMap((value) => [
      drawn('line', { class: 'plot-grid', x1: 52, x2: width - 14, y1: y(value), y2: y(value) }),
      drawn('text', { x: 46, y: y(value), dy: '0.35em', 'text-anchor': 'end' }, y.tickFormat(4, '~%')(value)),
    ]),
    ...counts.map((count, k) => drawn('rect', {
      class: 'bar bar-before', x: x.range()[0] + k * across + 0.5, y: y(count / total), width: Math.max(across - 1, 1), height: y(0) - y(count / total),
    })),
    ...[-limit, 0, limit].map((value) => drawn('text', { x: x(value), y: height - 26, 'text-anchor': value > 0 ? 'end' : value < 0 ? 'start' : 'middle' }, share.format(value))),
    drawn('text', { class: 'plot-title', x: (x(-limit) + x(limit)) / 2, y: height - 6, 'text-anchor': 'middle' }, 'change, as a share of the grey range'),
  )
  svg.setAttribute('aria-label', `Histogram of the changes, from ${share.format(-limit)} to ${share.format(limit)} of the grey range`)
  return svg
}
