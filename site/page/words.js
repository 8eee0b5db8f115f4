// What happened, in plain words.

import { percent, whole } from './numbers.js'

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
  start: 'Starting the engine',
  device: 'Asking for the GPU',
  measure: 'Measuring the backends',
  plan: 'Preparing the model',
  gradient: 'Computing the gradient',
  predict: 'Predicting',
}

const megabytes = new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 })

/** What is being done, and of a download how much has come. */
export function step({ stage, done, total }) {
  const loading = stage === 'engine' || stage === 'weights'
  return loading && total ? `${stages[stage]}, ${megabytes.format(done / 1e6)} of ${megabytes.format(total / 1e6)}` : stages[stage]
}
