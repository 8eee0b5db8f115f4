// The bench as a slide of 1920 × 1080: the sentence, both pictures as they are seen, what their lines mean, and with what they were made.

import { drawn } from './element.js'
import { caption, ground, inscribed, lines, settings, wrapped } from './panel.js'

const [width, height] = [1920, 1080]
const side = 760
const gap = 40
const margin = (width - 2 * side - gap) / 2
const top = 210
const font = 'system-ui, sans-serif'
const [ink, muted] = ['#15191d', '#545e67']

/** The slide as the text of an SVG file, of a result that is shown, with a model of lab.info. */
export function slide({ attack }, { models, version }) {
  const pen = document.createElement('canvas').getContext('2d')
  const broken = (text, size) => {
    pen.font = `${size}px ${font}`
    return wrapped(pen, [text], width - 2 * margin)
  }
  const text = (content, x, y, size, fill = ink) => drawn('text', { x, y, fill, 'font-family': font, 'font-size': size }, content)
  const paper = drawn('svg', { viewBox: `0 0 ${width} ${height}`, width, height }, drawn('rect', { width, height, fill: '#ffffff' }))

  const sentence = document.querySelector('#finding').textContent
  const size = [36, 30, 26].find((size) => broken(sentence, size).length <= 3) ?? 22
  paper.append(...broken(sentence, size).slice(0, 4).map((line, k) => text(line, margin, 62 + k * size * 1.25, size)))

  for (const [k, name] of ['scan', 'adversarial'].entries()) {
    const figure = document.querySelector(`.well[data-view=${name}]`)
    const left = margin + k * (side + gap)
    const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side })
    const [x, y, across, down] = ground(canvas.getContext('2d'), figure, 0, 0, side)
    const over = inscribed(figure.querySelector('.glass svg'), across, down)
    over.setAttribute('x', left + x)
    over.setAttribute('y', top + y)
    paper.append(text(caption(figure), left, top - 14, 24), drawn('image', { x: left, y: top, width: side, height: side, href: canvas.toDataURL() }), over)
  }

  let left = margin
  pen.font = `20px ${font}`
  for (const { text: name, ground, key } of lines()) {
    const line = key(inscribed)
    line.setAttribute('x', left)
    line.setAttribute('y', 988)
    paper.append(drawn('rect', { x: left, y: 988, width: 36, height: 16, fill: ground }), line, text(name, left + 46, 1003, 20))
    left += 46 + pen.measureText(name).width + gap
  }
  const model = models.find((one) => one.name === attack.model)
  paper.append(
    text(broken(settings(attack, model), 18)[0], margin, 1036, 18, muted),
    text(`Segfault ${version}. A research and teaching tool, not a medical device.`, margin, 1062, 18, muted))
  return new XMLSerializer().serializeToString(paper)
}

/** The same as a PNG. */
export async function picture(svg) {
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  canvas.getContext('2d').drawImage(image, 0, 0, width, height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}
