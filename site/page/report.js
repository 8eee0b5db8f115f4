// Turns a result's numbers into tables and one line of plain words.

const three = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 })
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumSignificantDigits: 2 })
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const list = new Intl.ListFormat('en')

const $ = (id) => document.querySelector(id)

/** Shows a result; scan tells whether there is a truth to compare with. */
export function report(fault) {
  const { metrics } = fault
  $('#dice-before').textContent = three.format(metrics.union.dice.before)
  $('#dice-after').textContent = three.format(metrics.union.dice.after)
  $('#reference').textContent = metrics.reference === 'truth' ? 'the truth' : 'the model’s own clean prediction'
  $('#sees-before').textContent = sees(metrics, 'before')
  $('#sees-after').textContent = sees(metrics, 'after')
  $('#finding').textContent = finding(metrics)
  overlap(metrics)
  numbers(fault)
  return { scan: sees(metrics, 'before'), adversarial: sees(metrics, 'after') }
}

/** Nothing to report yet. */
export function clear() {
  for (const id of ['#dice-before', '#dice-after']) $(id).textContent = '–'
  for (const id of ['#sees-before', '#sees-after', '#finding']) $(id).textContent = ''
  $('#overlap tbody').replaceChildren()
  $('#numbers').replaceChildren()
}

/** "The model sees glioma, 1,240 pixels." */
function sees({ classes, pixels }, when) {
  const found = classes.flatMap((name, k) => (pixels[when][k] > 0 ? [`${name}, ${whole.format(pixels[when][k])} px`] : []))
  return found.length ? `The model sees ${list.format(found)}.` : 'The model sees nothing.'
}

function finding({ reference, missed, success, linf, union, empty }) {
  const change = linf === 0 ? 'No pixel was changed.' : `No pixel changed by more than ${percent.format(linf)} of the grey range.`
  if (empty) return `There is nothing to find in this slice according to the reference. ${change}`
  const target = reference === 'truth' ? 'the true area' : 'what it saw before'
  if (linf === 0) return `Without an attack the model misses ${percent.format(missed.before)} of ${target}. ${change}`
  const verb = success ? 'The attack succeeds: the model now' : 'The model now'
  const before = reference === 'truth' ? `, ${percent.format(missed.before)} before` : ''
  if (union.dice.after >= union.dice.before) return `The attack did no harm: the model misses ${percent.format(missed.after)} of ${target}${before}. ${change}`
  return `${verb} misses ${percent.format(missed.after)} of ${target}${before}. ${change}`
}

function overlap({ classes, dice, iou, union }) {
  const rows = classes.map((name, k) => [name, dice.before[k], dice.after[k], iou.before[k], iou.after[k]])
  if (classes.length > 1) rows.push(['mean of classes', dice.mean.before, dice.mean.after, iou.mean.before, iou.mean.after])
  rows.push([classes.length > 1 ? 'any class' : 'overall', union.dice.before, union.dice.after, union.iou.before, union.iou.after])
  $('#overlap tbody').replaceChildren(...rows.map(([name, ...values]) => {
    const row = document.createElement('tr')
    const head = document.createElement('th')
    head.scope = 'row'
    head.textContent = name
    row.append(head, ...values.map((value) => cell(three.format(value))))
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
    ['Pixels flipped', `${whole.format(metrics.flipped.pixels)} (${percent.format(metrics.flipped.share)})`],
    ['Largest change, L∞', small.format(metrics.linf)],
    ['Total change, L2', small.format(metrics.l2)],
    ['PSNR', Number.isFinite(metrics.psnr) ? `${small.format(metrics.psnr)} dB` : '∞'],
    ['SSIM', metrics.ssim.toFixed(4)],
    ['Time', `${whole.format(milliseconds.total)} ms`],
  ]
  $('#numbers').replaceChildren(...entries.flatMap(([name, value]) => {
    const dt = document.createElement('dt')
    const dd = document.createElement('dd')
    dt.textContent = name
    dd.textContent = value
    return [dt, dd]
  }))
}
