// One change for many slices: what it does to those that it was made of, and whether it carries to those that were held out.

import { element } from './element.js'
import { both, bothSay, counted } from './numbers.js'
import { differs, Outdated } from './outdated.js'
import { save } from './save.js'
import { csv, fillTable } from './table.js'
import { capital, measure } from './words.js'

/** What of the settings a universal change takes; in place of a method that can make none the engine's own is taken. */
function asked({ slice, on, where, method, steps, scheme, ...how }, { universal }) {
  return universal.includes(method) ? { ...how, method } : how
}

/**
 * Makes one change for scans of the laboratory, and gives { box, date }: what says what it does, and date(how), which says in it where the settings are
 * others by now. names are those of the scans, where there are several.
 */
export async function universal(lab, scans, how, names, call) {
  const change = await lab.universal(scans, { ...asked(how, lab.info), ...call })
  const { made, held, chance, slices, attack } = change
  const caption = element('caption', {}, `One change for all, ε = ${attack.epsilon}, ${attack.method}; ${bothSay}`)
  const table = element('table', { id: 'universal-table' }, caption, element('thead'), element('tbody'))
  const known = made.union.before !== null
  const row = (title, { union, true: own, slices, succeeded }) => [title, slices, both(union.before, own.before), both(union.after, own.after), succeeded]
  fillTable(table, ['', 'slices', 'Dice before', known ? 'Dice after' : capital(measure('prediction')), 'succeeded in'], [row('made of', made), row('held out', held), row('as much noise', chance)])
  const keep = (text, done) => {
    const button = element('button', { type: 'button' }, text)
    button.addEventListener('click', done)
    return button
  }
  const rows = () => [
    ['scan', 'slice', 'held_out', 'dice_before', 'dice_after', 'true_class_before', 'true_class_after', 'ending'],
    ...slices.map(({ scan, slice, held, union, true: own, ending }) => [names[scan] ?? '', slice, held, union.before, union.after, own.before, own.after, ending]),
  ]
  const buttons = [keep('One change as CSV', () => save('segfault-universal.csv', 'text/csv', csv(rows())))]
  if (scans.length === 1) buttons.push(keep('One change as recipe', () => save('segfault-universal-recipe.json', 'application/json', `${JSON.stringify(lab.recipe(scans[0], change), null, 2)}\n`)))
  const note = element('p', { class: 'hint', role: 'status' })
  const box = element('section', { class: 'universal', 'aria-label': 'One change for all' },
    note,
    element('p', { class: 'finding', role: 'status' }, told(change)),
    element('div', { class: 'table-frame', tabindex: 0, role: 'region', 'aria-label': 'What one change for all does' }, table),
    element('p', { class: 'keep' }, ...buttons))
  const outdated = new Outdated(box, note)
  const date = (now) => outdated.say(differs(asked(how, lab.info), asked(now, lab.info)) ? 'This change is of the settings before; make another for those of now.' : '')
  return { box, date }
}

/** Whether it carries, in a sentence. */
function told({ made, held }) {
  if (made.union.after === null) return 'There is nothing to find in what one change was made of, and nothing was found.'
  const from = ({ union, true: own }) => `${union.before === null ? '' : `${both(union.before, own.before)} → `}${both(union.after, own.after)}`
  const carried = held.union.after === null ? 'in what was held out there is nothing to find' : `${from(held)} on the ${held.slices === 1 ? 'one that was' : `${held.slices} that were`} held out`
  return `One change for all: ${made.union.before === null ? 'agreement' : 'Dice'} ${from(made)} on the ${counted(made.slices, 'slice')} that it was made of, ${carried}.`
}
