// What happened, in plain words.

import { shortTitle } from './models.js'
import { megabytes, percent, three, whole } from './numbers.js'

const list = new Intl.ListFormat('en')

/** "The model sees glioma, 1,240 px." of the prediction 'before' or 'after' the attack. */
export function sees({ classes, metrics }, when) {
  const found = classes.flatMap((name, k) => {
    const pixels = metrics.pixels[when][k]
    return pixels > 0 ? [`${name}, ${whole.format(pixels)} px`] : []
  })
  return found.length ? `The model sees ${list.format(found)}.` : 'The model sees nothing.'
}

/** What the attack did, in a sentence or two. */
export function finding({ reference, pixels, missed, invented, success, threshold, linf, dice }) {
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

/** An error's message as a sentence of its own; the engine's begin with the name of the part that wrote them. */
export function complaint({ message }) {
  const sentence = message.replace(/^[a-z]+: /, '')
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${/[.!?]$/.test(sentence) ? '' : '.'}`
}

const stages = {
  engine: 'Loading the engine',
  weights: 'Loading the model',
  decoder: 'Loading the decoder',
  start: 'Starting the engine',
  device: 'Asking for the GPU',
  measure: 'Measuring the backends',
  plan: 'Preparing the model',
  gradient: 'Computing the gradient',
  predict: 'Predicting',
  slice: 'Attacking slice by slice',
  sweep: 'Attacking with one ε after another',
}

/** What is being done, and of a download how much has come. */
export function step({ stage, done, total }) {
  const loading = ['engine', 'weights', 'decoder'].includes(stage)
  if (loading && !total && done) return `${stages[stage]}, ${megabytes(done)}`
  return loading && total ? `${stages[stage]}, ${megabytes(done)} of ${megabytes(total)}` : stages[stage]
}

/** "about 40 s left". */
export function remaining(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`
}

/** What many attacks on one scan did; title names a loss. */
export function compared(results, title) {
  const mean = (when) => three.format(results.reduce((sum, { metrics }) => sum + metrics.dice.union[when], 0) / results.length)
  const largest = Math.max(...results.map(({ metrics }) => metrics.linf))
  const worst = new Map() // of each model
  for (const result of results) {
    const other = worst.get(result.model)
    if (!other || result.metrics.dice.union.after < other.metrics.dice.union.after) worst.set(result.model, result)
  }
  const wins = new Map()
  for (const result of worst.values()) wins.set(title(result), (wins.get(title(result)) ?? 0) + 1)
  const ranking = [...wins].sort(([, a], [, b]) => b - a).map(([loss, models]) => (worst.size > 1 ? `${loss} to ${models} of ${worst.size} models` : loss))
  const harm = new Set(results.map(title)).size > 1 ? ` Most harm is done by ${list.format(ranking)}.` : ''
  return `The mean Dice falls from ${mean('before')} to ${mean('after')}, though no pixel changed by more than ${percent.format(largest)} of the grey range.${harm}`
}

/** How much change it took to break each of some models. Curves are { about, results }, in the order of their ε. */
export function swept(curves) {
  const done = curves.filter(({ results }) => results.some(Boolean)).map(({ about, results }) => {
    const known = results.filter(Boolean)
    return { name: shortTitle(about), threshold: known[0].metrics.threshold, broken: known.find(({ metrics }) => metrics.success), last: known.at(-1) }
  })
  const broken = done.filter((one) => one.broken).sort((a, b) => a.broken.epsilon - b.broken.epsilon)
  const whole = done.filter((one) => !one.broken)
  const threshold = `a Dice of ${done[0].threshold}`
  const falls = broken.map(({ name, broken }, k) => (k ? `${name} at ${broken.epsilon}` : `${name} falls below ${threshold} at ε = ${broken.epsilon}`))
  const who = whole.length === 1 ? `${whole[0].name} stays` : `${broken.length ? 'The other' : 'All'} ${whole.length} models stay`
  const stays = whole.length ? `${who} above ${broken.length ? 'it' : threshold} up to ε = ${whole[0].last.epsilon}.` : ''
  return [falls.length ? `${falls.join('; ')}.` : '', stays].filter(Boolean).join(' ')
}
