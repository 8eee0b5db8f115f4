// Turns a result's numbers into tables and one line of plain words.

import { element } from './element.js'
import { meanings } from './meaning.js'
import { called, sought, studyFound } from './models.js'
import { score, share } from './numbers.js'
import { absent, finding, overlapWith, ownClass, sees } from './words.js'

const $ = (id) => document.querySelector(id)

/** What is as high as what it says. */
const filled = ['#sees-before', '#sees-after', '#finding', '#evidence']

/** Shows a result and returns descriptions of the pictures; info is the laboratory's. */
export function report(fault, { backend, models }) {
  const { metrics } = fault
  const model = models.find(({ name }) => name === fault.attack.model)
  scores(metrics.dice, metrics.reference)
  $('#dice-before').parentElement.hidden = metrics.reference !== 'truth'
  $('#dice-after').parentElement.querySelector('.score-name').textContent = overlapWith(metrics.reference)
  $('#reference').textContent = metrics.reference === 'truth' ? 'the truth' : 'the model’s own first answer'
  $('#sees-before').textContent = sees(fault, 'before')
  $('#sees-after').textContent = sees(fault, 'after')
  $('#finding').textContent = finding(metrics, called(model, models), sought(model))
  $('#study-found').textContent = studyFound(model)
  $('#context').hidden = !$('#study-found').textContent
  $('#epsilon-own').textContent = fault.scan ? ` In the scan’s own units ${share.format(fault.scan.epsilon)}.` : ''
  overlap(fault)
  numbers(fault, backend)
  for (const id of filled) $(id).style.minHeight = ''
  return { scan: sees(fault, 'before'), adversarial: sees(fault, 'after') }
}

/** Says by the pictures how much of the reference is found before and after. */
export function scores({ union, true: own }, reference) {
  for (const when of ['before', 'after']) {
    $(`#dice-${when}`).textContent = score(union[when])
    $(`#own-${when}`).textContent = ownClass(union[when], own[when], reference)
  }
}

/** Nothing to report yet. */
export function clear() {
  for (const id of filled) $(id).style.minHeight = `${$(id).offsetHeight}px` // so that nothing below jumps up, and down again
  for (const id of ['#dice-before', '#dice-after']) $(id).textContent = '–'
  $('#context').hidden = true
  for (const id of ['#own-before', '#own-after', '#sees-before', '#sees-after', '#finding', '#epsilon-own']) $(id).textContent = ''
  $('#overlap tbody').replaceChildren()
  $('#numbers').replaceChildren()
}

function overlap({ classes, metrics: { dice, iou, pixels, reference } }) {
  // where a class is neither in the truth nor found there is nothing to score
  const of = (scores, when, k) => (absent(scores[when][k], pixels[when][k], reference) ? 'absent' : scores[when][k])
  const rows = classes.map((name, k) => [name, ...[dice, iou].flatMap((scores) => ['before', 'after'].map((when) => of(scores, when, k)))])
  rows.push(['mean', dice.mean.before, dice.mean.after, iou.mean.before, iou.mean.after])
  rows.push(['all together', dice.union.before, dice.union.after])
  if (classes.length > 1) rows.push(['true class', dice.true.before, dice.true.after])
  $('#overlap tbody').replaceChildren(...rows.map(([name, ...values]) => {
    const row = document.createElement('tr')
    const head = document.createElement('th')
    head.scope = 'row'
    head.textContent = name
    row.append(head, ...[0, 1, 2, 3].map((k) => cell(values[k] === undefined ? '' : values[k] === 'absent' ? 'absent' : score(values[k]))))
    return row
  }))
}

function cell(text) {
  const td = document.createElement('td')
  td.textContent = text
  return td
}

function numbers(fault, backend) {
  $('#numbers').replaceChildren()
  for (const line of meanings(fault, backend)) listed(line)
  listed(['As much noise', '…', 'Computed once there is time.'], 'awaited')
}

function listed([name, value, meaning], ...more) {
  $('#numbers').append(...[element('dt', {}, name), element('dd', {}, value), element('dd', { class: 'meaning' }, meaning)].map((part) => {
    part.classList.add(...more)
    return part
  }))
}

/** Adds lines to the numbers, in the place that was kept for them. */
export function beside(lines) {
  for (const part of document.querySelectorAll('#numbers .awaited')) part.remove()
  lines.forEach((line) => listed(line))
}
