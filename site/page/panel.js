// The bench as one picture: every well as it is seen, with its caption, what the lines mean and what was done, on white.

import { drawn } from './element.js'
import { shortTitle } from './models.js'
import { lossTitle } from './compare.js'
import { said } from './settings.js'

const side = 448
const gap = 16
const line = 22
const columns = 3
const ink = '#15191d'
const muted = '#545e67'
const type = (size) => `${size}px system-ui, sans-serif`
const seen = [
  'fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin',
  'vector-effect', 'opacity', 'display', 'visibility',
]

/** A PNG of the wells as they stand, attacked with a model of lab.info. */
export async function panel({ attack }, { models, version }) {
  const figures = [...document.querySelectorAll('.well')].filter((figure) => figure.querySelector('canvas'))
  const rows = Math.ceil(figures.length / columns)
  const paper = document.createElement('canvas')
  paper.width = columns * (side + gap) + gap
  const pen = paper.getContext('2d')
  pen.font = type(15)
  const words = wrapped(pen, [
    document.querySelector('#finding').textContent,
    settings(attack, models.find(({ name }) => name === attack.model)),
    `Segfault ${version}`,
  ], paper.width - 2 * gap)
  const foot = gap + rows * (2 * line + side + gap) // where the legend is
  paper.height = foot + (words.length + 1) * line + gap
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, paper.width, paper.height)
  for (const [k, figure] of figures.entries()) {
    const [left, top] = [gap + (k % columns) * (side + gap), gap + Math.floor(k / columns) * (2 * line + side + gap)]
    write(pen, caption(figure), left, top + line - 7)
    await picture(pen, figure, left, top + line)
    await under(pen, figure, left, top + line + side + line - 6)
  }
  await legend(pen, gap, foot + line - 7)
  for (const [k, text] of words.entries()) write(pen, text, gap, foot + (k + 2) * line - 7)
  return new Promise((resolve) => paper.toBlob(resolve, 'image/png'))
}

/** What was attacked, and how, in the words of the settings; what these have none for comes with the method. */
export function settings(attack, model) {
  const { epsilon, loss, swapped, scheme, label, gradient, on, where } = attack
  const target = title('sought', label)
  const how = [
    method(attack), `ε ${epsilon}`, title('loss', loss) && lossTitle({ loss, swapped }), said('scheme', scheme) !== scheme && `change ${said('scheme', scheme)}`,
    target ? `to find ${target}` : `against the ${said('label', label)}`,
  ]
  const moved = [said('on', on), gradient === 'grey' ? 'one sign for all channels' : 'each channel’s own sign', where === 'region' && 'in the region only']
  return `${[shortTitle(model), ...[how, moved].map((list) => list.filter(Boolean).join(', '))].join('; ')}.`
}

/** What a choice of a menu is called; undefined of one that is not on offer. */
const title = (menu, value) => document.querySelector(`#${menu} [value='${value}']`)?.text

/** The method, and how many steps it took; without a name it is the one that steps repeat. */
const method = ({ method, steps, stop }) => `${title('method', method) ?? 'FGSM'}${steps > 1 ? ` in ${steps} steps` : ''}${stop ? `, stopped after ${stop}` : ''}`

function write(pen, text, x, y, { size = 15, colour = ink } = {}) {
  pen.font = type(size)
  pen.fillStyle = colour
  pen.fillText(text, x, y)
}

/** Sentences broken into lines that are at most so wide. */
export function wrapped(pen, sentences, width) {
  return sentences.flatMap((sentence) => {
    const lines = ['']
    for (const word of sentence.split(' ')) {
      const longer = `${lines.at(-1)} ${word}`.trim()
      if (pen.measureText(longer).width <= width) lines[lines.length - 1] = longer
      else lines.push(word)
    }
    return lines.filter(Boolean)
  })
}

/** A well's title with its score. */
export function caption(figure) {
  const score = figure.querySelector('.score:not([hidden])')
  const own = score?.querySelector('.score-own').textContent
  const told = score ? `: ${score.querySelector('.score-name').textContent} ${score.querySelector('output').textContent}${own && `, ${own}`}` : ''
  return `${figure.querySelector('h2').textContent}${told}`
}

/** What stands under a well: what the model sees, the ends of its scale, or the meaning of its regions. */
async function under(pen, figure, left, baseline) {
  const [low, high] = figure.querySelectorAll('.scale span')
  const text = low ? `${low.textContent} to ${high.textContent}` : figure.querySelector('.sees')?.textContent ?? ''
  write(pen, text, left, baseline, { size: 13, colour: muted })
  for (const item of figure.querySelectorAll('.legend li')) {
    pen.drawImage(await drawing(item.querySelector('svg'), 18, 13), left, baseline - 11)
    write(pen, item.textContent, left + 24, baseline, { size: 13, colour: muted })
    left += 24 + pen.measureText(item.textContent).width + gap
  }
}

/** The lines that are shown, as the page's own switches name them: { text, ground, key }, a colour and a function that gives a drawing of the line on it. */
export function lines() {
  const glass = document.querySelector('.well .glass')
  return [...document.querySelectorAll('#overlays label:not([hidden]) input:checked')].map(({ parentElement: label, name }) => ({
    text: label.textContent.trim(), ground: getComputedStyle(glass.closest('.well')).backgroundColor,
    key(draw) {
      const sample = drawn('svg', { viewBox: '0 0 36 16' }, drawn('path', { class: `outline outline-${name}`, d: 'M4 8H32' }))
      glass.append(sample) // for a moment, so that the style sheet knows it
      const key = draw(sample, 36, 16)
      sample.remove()
      return key
    },
  }))
}

async function legend(pen, left, baseline) {
  for (const { text, ground, key } of lines()) {
    const image = await key(drawing)
    pen.fillStyle = ground
    pen.fillRect(left, baseline - 13, 36, 16)
    pen.drawImage(image, left, baseline - 13)
    write(pen, text, left + 44, baseline)
    left += 44 + pen.measureText(text).width + 1.5 * gap
  }
}

/** A well's picture, its tint, and what is drawn over it, as closely as it is looked at. */
async function picture(pen, figure, left, top) {
  const [x, y, width, height] = ground(pen, figure, left, top, side)
  pen.drawImage(await drawing(figure.querySelector('.glass svg'), width, height), x, y, width, height)
}

/** Draws that without what is over it into a square, and gives the part of the square that it fills. */
export function ground(pen, figure, left, top, side) {
  const glass = figure.querySelector('.glass')
  const canvas = glass.querySelector('canvas')
  const overlay = glass.querySelector('svg')
  const shown = overlay.viewBox.baseVal
  const [wholeX, wholeY, across, down] = overlay.dataset.whole.split(' ').map(Number)
  const [fine, deep] = [canvas.width / across, canvas.height / down] // of the canvas, a unit of the overlay
  const scale = Math.min(side / shown.width, side / shown.height)
  const [width, height] = [shown.width * scale, shown.height * scale]
  const [x, y] = [left + (side - width) / 2, top + (side - height) / 2]
  pen.fillStyle = '#0c0f11'
  pen.fillRect(left, top, side, side)
  pen.imageSmoothingEnabled = true
  pen.filter = getComputedStyle(canvas).filter
  pen.drawImage(canvas, (shown.x - wholeX) * fine, (shown.y - wholeY) * deep, shown.width * fine, shown.height * deep, x, y, width, height)
  pen.filter = 'none'
  const tint = getComputedStyle(glass, '::after')
  if (tint.mixBlendMode === 'multiply') {
    pen.globalCompositeOperation = 'multiply'
    pen.fillStyle = tint.backgroundColor
    pen.fillRect(x, y, width, height)
    pen.globalCompositeOperation = 'source-over'
  }
  return [x, y, width, height]
}

/** An SVG of the page as an image. */
async function drawing(svg, width, height) {
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(inscribed(svg, width, height)))}`
  await image.decode()
  return image
}

/** A copy of an SVG of the page with its patterns, and with what the style sheet says written into it. */
export function inscribed(svg, width, height) {
  const copy = svg.cloneNode(true)
  copy.setAttribute('width', width)
  copy.setAttribute('height', height)
  copy.removeAttribute('style')
  inscribe(svg, copy)
  copy.querySelector('[data-brush]')?.remove()
  const patterns = document.querySelector('.defs defs')
  const copied = patterns.cloneNode(true)
  inscribe(patterns, copied)
  copy.prepend(copied)
  return copy
}

function inscribe(from, to) {
  const copies = to.querySelectorAll('*')
  for (const [k, part] of from.querySelectorAll('*').entries()) {
    const style = getComputedStyle(part)
    for (const name of seen) {
      const value = style.getPropertyValue(name)
      if (value) copies[k].setAttribute(name, value)
    }
    copies[k].removeAttribute('class')
  }
}
