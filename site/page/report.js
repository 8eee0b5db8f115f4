// Turns a result's numbers into tables and one line of plain words.

const three = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 })
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 })
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
export const share = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const list = new Intl.ListFormat('en')

/** 312 ms, or 1.9 s. */
export function duration(milliseconds) {
  return milliseconds < 1000 ? `${whole.format(milliseconds)} ms` : `${share.format(milliseconds / 1000)} s`
}

const $ = (id) => document.querySelector(id)

/** Shows a result and returns descriptions of the pictures. */
export function report(fault) {
  const { metrics } = fault
  $('#dice-before').textContent = three.format(metrics.dice.union.before)
  $('#dice-after').textContent = three.format(metrics.dice.union.after)
  $('#reference').textContent = metrics.reference === 'truth' ? 'the truth' : 'the model’s own clean prediction'
  $('#sees-before').textContent = sees(fault, 'before')
  $('#sees-after').textContent = sees(fault, 'after')
  $('#finding').textContent = finding(metrics)
  overlap(fault)
  numbers(fault)
  return { scan: sees(fault, 'before'), adversarial: sees(fault, 'after') }
}

/** Nothing to report yet. */
export function clear() {
  for (const id of ['#dice-before', '#dice-after']) $(id).textContent = '–'
  for (const id of ['#sees-before', '#sees-after', '#finding']) $(id).textContent = ''
  $('#overlap tbody').replaceChildren()
  $('#numbers').replaceChildren()
}

/** "The model sees glioma, 1,240 pixels." */
function sees({ classes, metrics }, when) {
  const found = classes.flatMap((name, k) => {
    const pixels = metrics.pixels[when][k]
    return pixels > 0 ? [`${name}, ${whole.format(pixels)} px`] : []
  })
  return found.length ? `The model sees ${list.format(found)}.` : 'The model sees nothing.'
}

/** What happened, in a sentence or two. */
function finding({ reference, pixels, missed, invented, success, threshold, linf, dice }) {
  const change = linf === 0 ? 'No pixel was changed.' : `No pixel changed by more than ${percent.format(linf)} of the grey range.`
  if (pixels.reference === 0) return `There is nothing to find in this slice. ${change}`
  const known = reference === 'truth'
  const target = known ? 'the true area' : 'what it found before'
  const was = (share) => (known && linf > 0 ? ` (${percent.format(share)} before)` : '')
  const extra = invented.after > invented.before ? `, and ${percent.format(invented.after)} of what it marks is not there${was(invented.before)}` : ''
  const facts = `misses ${percent.format(missed.after)} of ${target}${was(missed.before)}${extra}`
  if (linf === 0) return `Untouched, the model ${facts}. ${change}`
  if (success && dice.union.before >= threshold) return `The attack succeeds: the model now ${facts}. ${change}`
  return `The model now ${facts}. ${change}`
}

function overlap({ classes, metrics: { dice, iou } }) {
  const rows = classes.map((name, k) => [name, dice.before[k], dice.after[k], iou.before[k], iou.after[k]])
  rows.push(['mean', dice.mean.before, dice.mean.after, iou.mean.before, iou.mean.after])
  rows.push(['any of them', dice.union.before, dice.union.after])
  $('#overlap tbody').replaceChildren(...rows.map(([name, ...values]) => {
    const row = document.createElement('tr')
    const head = document.createElement('th')
    head.scope = 'row'
    head.textContent = name
    row.append(head, ...[0, 1, 2, 3].map((k) => cell(values[k] === undefined ? '' : three.format(values[k]))))
    return row
  }))
}

function cell(text) {
  const td = document.createElement('td')
  td.textContent = text
  return td
}

function numbers({ metrics, milliseconds }) {
  const entries = [
    ['Attack', metrics.success ? 'succeeded' : 'did not succeed'],
    ['Pixels flipped', whole.format(metrics.flipped)],
    ['Largest change, L∞', share.format(metrics.linf)],
    ['Total change, L2', share.format(metrics.l2)],
    ['PSNR', Number.isFinite(metrics.psnr) ? `${share.format(metrics.psnr)} dB` : '∞'],
    ['SSIM', metrics.ssim.toFixed(4)],
    ['Time', duration(milliseconds.total)],
  ]
  $('#numbers').replaceChildren(...entries.flatMap(([name, value]) => {
    const dt = document.createElement('dt')
    const dd = document.createElement('dd')
    dt.textContent = name
    dd.textContent = value
    return [dt, dd]
  }))
}
