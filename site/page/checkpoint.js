// A visitor's own checkpoint: asks what its file does not say, and loads it.

import { element } from './element.js'
import { count, megabytes } from './numbers.js'
import { complaint, step } from './words.js'

const $ = (id) => document.querySelector(id)
const dialog = $('#checkpoint')
const form = $('#checkpoint-form')

/** What segmentation_models_pytorch's encoders were pretrained with. */
const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }

/**
 * Shows what a file holds and asks for the rest. Resolves with the model, or with null if the person thinks better of it; a file
 * that is no such checkpoint rejects.
 */
export async function askFor(lab, file) {
  const seen = await lab.inspectModel(file)
  show(seen)
  dialog.showModal()
  const stop = new AbortController()
  try {
    return await new Promise((resolve) => {
      form.onsubmit = async (event) => {
        event.preventDefault()
        const model = await load(lab, file, stop.signal)
        if (model) resolve(model)
      }
      $('#checkpoint-cancel').onclick = () => dialog.close()
      dialog.onclose = () => resolve(null)
    })
  } finally {
    stop.abort(new DOMException('Cancelled.', 'AbortError'))
    dialog.onclose = null
    dialog.close()
  }
}

/** Fills the form in with what the file says. */
function show({ network, parameters, channels, classes, bytes, size, multiple, normalisation, notes }) {
  $('#checkpoint-facts').textContent = `${network}, ${count.format(parameters)} parameters, ${megabytes(bytes)}, ${channels} input ${channels === 1 ? 'channel' : 'channels'}.`
  $('#checkpoint-notes').textContent = notes.join(' ')
  $('#checkpoint-notes').hidden = !notes.length
  $('#checkpoint-classes').replaceChildren(...classes.map((name, k) =>
    element('input', { name: 'class', value: name, required: '', maxlength: 40, 'aria-label': `Channel ${k + 1}` })))
  const fields = form.elements
  Object.assign(fields.size, { min: multiple, max: 1024, step: multiple, value: size })
  fields.normalisation.value = normalisation
  fields.range.value = '0 1'
  fields.range.querySelector('[value=imagenet]').disabled = channels !== 3
  $('#checkpoint-other').hidden = true
  $('#checkpoint-alert').hidden = true
  $('#checkpoint-progress').textContent = ''
}

form.elements.range.addEventListener('change', ({ target }) => ($('#checkpoint-other').hidden = target.value !== 'other'))

/** Loads the file with what the form says; null if that fails, and the form stays to be mended. */
async function load(lab, file, signal) {
  const submit = form.querySelector('[type=submit]')
  submit.disabled = true
  $('#checkpoint-alert').hidden = true
  try {
    return await lab.loadModel(file, { ...told(), signal, onProgress: (progress) => ($('#checkpoint-progress').textContent = step(progress)) })
  } catch (error) {
    if (error.name !== 'AbortError') {
      $('#checkpoint-alert').textContent = complaint(error)
      $('#checkpoint-alert').hidden = false
    }
    return null
  } finally {
    submit.disabled = false
    $('#checkpoint-progress').textContent = ''
  }
}

/** The form, as lab.loadModel takes it. */
function told() {
  const fields = form.elements
  const choice = fields.range.value
  const range = choice === 'other' ? [fields.low.valueAsNumber, fields.high.valueAsNumber] : choice.split(' ').map(Number)
  return {
    classes: [...form.querySelectorAll('[name=class]')].map(({ value }) => value.trim()),
    size: fields.size.valueAsNumber,
    normalisation: fields.normalisation.value,
    ...(choice === 'imagenet' ? imageNet : { range }),
  }
}
