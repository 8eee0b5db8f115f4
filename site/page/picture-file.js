// A drawing as an SVG file of its own: what the style sheet says is written into its attributes, in the light theme.

import { drawn, element } from './element.js'

const shape = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin']
const type = ['fill', 'stroke', 'stroke-width', 'stroke-linejoin', 'paint-order', 'font-family', 'font-size', 'font-weight']
const styled = { path: shape, line: shape, rect: shape, circle: shape, text: type }
const interactive = ['class', 'tabindex', 'role', 'aria-label', 'aria-valuemin', 'aria-valuemax', 'aria-valuenow', 'aria-valuetext']

/** The text of an SVG file. draw(box) draws into a box that is as wide as the file shall be and returns the <svg>. */
export function svgFile(draw) {
  const paper = element('div', { class: 'paper' })
  document.body.append(paper)
  const svg = draw(paper)
  const parts = [...svg.querySelectorAll('*')]
  const styles = parts.map((part) => {
    const style = getComputedStyle(part)
    return (styled[part.localName] ?? []).map((name) => [name, style.getPropertyValue(name)])
  })
  parts.forEach((part, k) => {
    for (const [name, value] of styles[k]) part.setAttribute(name, value)
    part.removeAttribute('class')
  })
  paper.remove()
  for (const name of interactive) svg.removeAttribute(name)
  const [, , width, height] = svg.getAttribute('viewBox').split(' ')
  svg.setAttribute('width', width)
  svg.setAttribute('height', height)
  svg.prepend(drawn('rect', { width, height, fill: '#ffffff' }))
  return new XMLSerializer().serializeToString(svg)
}
