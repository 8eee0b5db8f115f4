// Rows of choices of which several may be taken, and which fold.

import { large, shortTitle } from './models.js'

/** The values that are ticked in a form under a name. */
export function ticked(form, name) {
  return [...form.querySelectorAll(`[name='${name}']:checked`)].map(({ value }) => value)
}

/** Folds choices that a run was made of, unless a person is at one of them. */
export function fold(details) {
  details.open = Boolean(details.querySelector(':scope > :not(summary) :focus'))
}

/** What the models to tick segment: what the chosen one does or, where nobody knows, what there is in the sample. */
export function taskOf({ models, samples }, model, scan) {
  return models.find(({ name }) => name === model)?.task || samples.find(({ name }) => name === scan?.sample?.name)?.task
}

/**
 * Offers models to tick: those of a task and the visitor's own. What was ticked stays so where the same models are offered again;
 * otherwise all are ticked but those that are long to fetch.
 */
export function offerModels(fieldset, models, task) {
  const fitting = models.filter((model) => model.task === task || model.own)
  const key = fitting.map(({ name }) => name).join('\n')
  if (fieldset.dataset.offered === key) return
  fieldset.dataset.offered = key
  for (const label of fieldset.querySelectorAll('label')) label.remove()
  fieldset.append(...fitting.map((model) => {
    const label = document.createElement('label')
    const input = document.createElement('input')
    const text = document.createElement('span')
    Object.assign(input, { type: 'checkbox', name: 'model', value: model.name, checked: !large(model) })
    text.textContent = shortTitle(model)
    label.append(input, text)
    return label
  }))
}
