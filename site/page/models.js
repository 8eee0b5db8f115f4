// The model menu: what there is, grouped by what it segments, with what each costs and what it is worth.

import { element } from './element.js'
import { count, megabytes } from './numbers.js'

const $ = (id) => document.querySelector(id)

/** Names of the tasks; a checkpoint that does not say what it segments is the visitor's own. */
const tasks = { brain: 'Brain tumours', heart: 'Left ventricle', hippocampus: 'Hippocampus', '': 'Your own' }

/** What a task is called in menus. */
export const taskName = (task) => tasks[task] ?? task

/** A model's title without its task, which the group already says. */
export function shortTitle({ title, task }) {
  const prefix = `${taskName(task)}, `
  return title.startsWith(prefix) ? title.slice(prefix.length) : title
}

/** What there is to find, as a sentence calls it. */
export const sought = ({ task }) => ({ brain: 'this tumour', heart: 'this ventricle', hippocampus: 'this hippocampus' })[task] ?? 'the true area'

const peersOf = ({ name, task }, models) => models.filter((other) => other.name !== name && other.task === task && !other.own)

/** What a model is called in a sentence: honestly, where none of those that segment the same is smaller. */
export function called(model, models) {
  const title = shortTitle(model).replaceAll('-', '\u2011') // in one piece
  if (model.own) return `your model (${title})`
  const peers = peersOf(model, models)
  const smallest = peers.length > 0 && peers.every(({ parameters }) => parameters >= model.parameters)
  return `the ${smallest ? 'smallest ' : ''}model (${title})`
}

/** What the study found of a model on real slices, in a sentence; nothing where it was not studied. */
export function studyFound({ studied }) {
  const [step, strong, noise] = ['step', 'strong', 'noise'].map((by) => studied.find((one) => one.by === by))
  const fall = ({ before, after }) => `from ${before.toFixed(2)} to ${after.toFixed(2)}`
  const told = [
    step && `on ${step.slices} real slices one step of 0.9% takes this model ${fall(step)}`,
    strong && `on ${strong.slices}${step ? '' : ' real slices'} the strong attack ${step ? '' : 'takes this model '}${fall(strong)}${noise ? `, and as much noise to ${noise.after.toFixed(2)}` : ''}`,
  ].filter(Boolean).join('; ')
  return told && `${told[0].toUpperCase()}${told.slice(1)}`
}

/** "1.15M parameters, 2.3 MB, Dice 0.79"; what is not known is left out, and a mean of models is no model of a size. */
export function facts({ parameters, bytes, dice, of }) {
  return of ? 'attacked as one' : [`${count.format(parameters)} parameters`, ...(bytes ? [megabytes(bytes)] : []), ...(dice ? [`Dice ${dice.toFixed(2)}`] : [])].join(', ')
}

/** The mean of several models, which is attacked as one of its own; beside them there is nothing to fetch. */
export function meanOf(models) {
  const parameters = models.reduce((sum, model) => sum + model.parameters, 0)
  return { ...models[0], name: models.map(({ name }) => name).join('+'), title: `Mean of ${models.length} models`, parameters, bytes: 0, of: models }
}

/** What models take to fetch, in a clause. */
export function fetching(models) {
  const bytes = megabytes(models.reduce((sum, model) => sum + (model.own ? 0 : model.bytes), 0))
  return models.length === 1 ? `the model is ${bytes}, fetched once` : `the models are ${bytes} in all, fetched once`
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
