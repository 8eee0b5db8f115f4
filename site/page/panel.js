// The bench as one picture: every well with its outlines and its caption, on white.

import { three } from './numbers.js'

const side = 448
const gap = 16
const line = 22
const columns = 3
const type = '15px system-ui, sans-serif'
const drawnStyles = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'vector-effect', 'display']

/** A PNG of the wells as they stand. */
export async function panel({ metrics, attack }) {
  const figures = [...document.querySelectorAll('.well')].filter((figure) => figure.querySelector('canvas'))
  const rows = Math.ceil(figures.length / columns)
  const paper = document.createElement('canvas')
  paper.width = columns * (side + gap) + gap
  paper.height = rows * (side + line + gap) + gap + line
  const pen = paper.getContext('2d')
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, paper.width, paper.height)
  pen.fillStyle = '#15191d'
  pen.font = type
  for (const [k, figure] of figures.entries()) {
    const left = gap + (k % columns) * (side + gap)
    const top = gap + Math.floor(k / columns) * (side + line + gap)
    pen.fillText(caption(figure), left, top + line - 7)
    await picture(pen, figure, left, top + line)
  }
  pen.fillText(`ε ${attack.epsilon}, ${attack.loss}, ${attack.scheme}; Dice ${three.format(metrics.dice.union.before)} before and ${three.format(metrics.dice.union.after)} after.`,
    gap, paper.height - gap)
  return new Promise((resolve) => paper.toBlob(resolve, 'image/png'))
}

function caption(figure) {
  const score = figure.querySelector('.score output')?.textContent
  return `${figure.querySelector('h2').textContent}${score ? `: Dice ${score}` : ''}`
}

/** A well's picture, its tint, and what is drawn over it. */
async function picture(pen, figure, left, top) {
  const glass = figure.querySelector('.glass')
  const canvas = glass.querySelector('canvas')
  const scale = Math.min(side / canvas.width, side / canvas.height)
  const [width, height] = [canvas.width * scale, canvas.height * scale]
  const [x, y] = [left + (side - width) / 2, top + (side - height) / 2]
  pen.fillStyle = '#0c0f11'
  pen.fillRect(left, top, side, side)
  pen.imageSmoothingEnabled = false
  pen.filter = getComputedStyle(canvas).filter
  pen.drawImage(canvas, x, y, width, height)
  pen.filter = 'none'
  const tint = getComputedStyle(glass, '::after')
  if (tint.mixBlendMode === 'multiply') {
    pen.globalCompositeOperation = 'multiply'
    pen.fillStyle = tint.backgroundColor
    pen.fillRect(x, y, width, height)
    pen.globalCompositeOperation = 'source-over'
  }
  pen.drawImage(await overlay(glass.querySelector('svg'), width, height), x, y, width, height)
  pen.fillStyle = '#15191d'
}

/** An SVG of the page as an image, with its patterns, and with what the style sheet says written into it. */
async function overlay(svg, width, height) {
  const copy = svg.cloneNode(true)
  copy.setAttribute('width', width)
  copy.setAttribute('height', height)
  copy.removeAttribute('style')
  copy.setAttribute('viewBox', svg.dataset.whole) // the canvas holds all of the picture, however closely it is looked at
  inscribe(svg, copy)
  copy.querySelector('[data-brush]')?.remove()
  const patterns = document.querySelector('.defs defs')
  const copied = patterns.cloneNode(true)
  inscribe(patterns, copied)
  copy.prepend(copied)
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
  await image.decode()
  return image
}

function inscribe(from, to) {
  const copies = to.querySelectorAll('*')
  for (const [k, part] of from.querySelectorAll('*').entries()) {
    const style = getComputedStyle(part)
    for (const name of drawnStyles) {
      const value = style.getPropertyValue(name)
      if (value) copies[k].setAttribute(name, value)
    }
    copies[k].removeAttribute('class')
  }
}
