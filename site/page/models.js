// The model menu: what there is, grouped by what it segments, with what each costs and what it is worth.

import { element } from './element.js'
import { count, megabytes } from './numbers.js'

const $ = (id) => document.querySelector(id)

/** Names of the tasks; a checkpoint that does not say what it segments is the visitor's own. */
const tasks = { brain: 'Brain tumours', heart: 'Left ventricle', hippocampus: 'Hippocampus', '': 'Your own' }

const taskName = (task) => tasks[task] ?? task

/** A model's title without its task, which the group already says. */
export function shortTitle({ title, task }) {
  const prefix = `${taskName(task)}, `
  return title.startsWith(prefix) ? title.slice(prefix.length) : title
}

const peersOf = ({ name, task }, models) => models.filter((other) => other.name !== name && other.task === task && !other.own)

/** What a model is called in a sentence: honestly, where none of those that segment the same is smaller. */
export function called(model, models) {
  const title = shortTitle(model).replaceAll('-', '\u2011') // in one piece
  if (model.own) return `your model (${title})`
  const peers = peersOf(model, models)
  const smallest = peers.length > 0 && peers.every(({ parameters }) => parameters >= model.parameters)
  return `the ${smallest ? 'smallest ' : ''}model (${title})`
}

/** How many of its peers hold better under the attack, as the study found on test scans; nothing where that is not known. */
export function peersHold(model, models) {
  const peers = peersOf(model, models)
  if (!peers.length || [model, ...peers].some(({ lost }) => lost === undefined)) return ''
  const better = peers.filter(({ lost }) => lost < model.lost).length
  const one = peers.length === 1
  if (better === 0) return one ? 'The other holds worse' : `None of the ${peers.length} others holds better`
  if (better === peers.length) return one ? 'The other holds better' : `All ${peers.length} others hold better`
  return `${better} of the ${peers.length} others ${better === 1 ? 'holds' : 'hold'} better`
}

/** "1.15M parameters, 2.3 MB, Dice 0.79"; what is not known is left out. */
export function facts({ parameters, bytes, dice }) {
  return [`${count.format(parameters)} parameters`, megabytes(bytes), ...(dice ? [`Dice ${dice.toFixed(2)}`] : [])].join(', ')
}

/** Models by task, in the order in which tasks first appear; the visitor's own are by themselves. */
function byTask(models) {
  const groups = new Map()
  for (const model of models) {
    const group = model.own ? '' : model.task
    groups.set(group, [...(groups.get(group) ?? []), model])
  }
  return groups
}

/** Whether a model is long to fetch and slow without a GPU: then it is taken only where it is asked for by name. */
export const large = ({ bytes, own }) => !own && bytes > 2e7

/** Fills the menu from lab.info; the choice stays, or is the one given. */
export function showModels({ models, exclusive }, select) {
  const menu = $('#model')
  const before = select ?? menu.value
  menu.replaceChildren(...[...byTask(models)].map(([task, group]) => {
    const options = document.createElement('optgroup')
    options.label = taskName(task)
    options.append(...group.map((model) => new Option(`${shortTitle(model)}: ${facts(model)}`, model.name)))
    return options
  }))
  if (models.some(({ name }) => name === before)) menu.value = before
  describeModel({ models, exclusive })
}

/** Says below the menu what the chosen model is, and offers the losses that suit it. */
export function describeModel({ models, exclusive }) {
  const model = models.find(({ name }) => name === $('#model').value)
  for (const option of $('#loss').querySelectorAll('.exclusive')) option.remove()
  if (model?.activation === 'softmax') {
    $('#loss').append(...exclusive.map(({ name, title, about }) => element('option', { class: 'exclusive', value: name, title: about }, title)))
  }
  if (!model) return ($('#model-facts').textContent = '')
  const { parameters, bytes, dice, classes, size } = model
  const far = large(model) ? ' A large download, and without a GPU seconds an attack.' : ''
  const score = dice ? ` Dice ${dice.toFixed(2)} on scans it has never seen.` : ''
  $('#model-facts').textContent = `${count.format(parameters)} parameters, ${megabytes(bytes)}, sees ${size} × ${size} pixels: ${classes.join(', ')}.${score}${far}`
}
