// A visitor's own checkpoint: asks what its file does not say, and loads it.

import { element } from './element.js'
import { count, counted, megabytes } from './numbers.js'
import { complaint, step } from './words.js'

const $ = (id) => document.querySelector(id)
const dialog = $('#checkpoint')
const form = $('#checkpoint-form')

/** What segmentation_models_pytorch's encoders were pretrained with. */
const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }

/**
 * Shows what files hold, the network first, and asks for the rest. Resolves with the model, or with null if the person thinks better of it;
 * what is no network rejects.
 */
export async function askFor(lab, files) {
  show(await lab.inspectModel(files))
  dialog.showModal()
  const stop = new AbortController()
  try {
    return await new Promise((resolve, reject) => {
      form.onsubmit = async (event) => {
        event.preventDefault()
        const model = await load(lab, files, stop.signal)
        if (model) resolve(model)
      }
      form.elements.output.onchange = ({ target: { value: output } }) => lab.inspectModel(files, { output }).then(show).catch(reject)
      $('#checkpoint-cancel').onclick = () => dialog.close()
      dialog.onclose = () => resolve(null)
    })
  } finally {
    stop.abort(new DOMException('Cancelled.', 'AbortError'))
    dialog.onclose = null
    dialog.close()
  }
}

/** What the file says of the values that the network takes; the form cannot hold it all. */
let moments = null

/** Fills the form in with what the file says. */
function show({ network, parameters, channels, classes, bytes, size, multiple, normalisation, notes, outputs, activation, told, raw, ...input }) {
  $('#checkpoint-facts').textContent = `${network}, ${count.format(parameters)} parameters, ${megabytes(bytes)}, ${counted(channels, 'input channel')}.`
  $('#checkpoint-notes').textContent = notes.join(' ')
  $('#checkpoint-notes').hidden = !notes.length
  const fields = form.elements
  fields.output.replaceChildren(...outputs.map((name) => new Option(name)))
  $('#checkpoint-outputs').hidden = outputs.length < 2
  const all = activation === 'softmax' ? ['background', ...classes] : classes
  $('#checkpoint-classes').replaceChildren(...all.map((name, k) =>
    element('input', { name: 'class', value: name, required: '', maxlength: 40, 'aria-label': `Channel ${k + 1}` })))
  fields.activation.value = activation
  fields.activation.querySelector('[value=softmax]').disabled = all.length < 2
  $('#checkpoint-untold').hidden = told || all.length < 2
  fields.probabilities.value = ''
  $('#checkpoint-raw').hidden = !raw
  name()
  Object.assign(fields.size, { min: multiple, max: 1024, step: multiple, value: size })
  fields.normalisation.querySelector('.own')?.remove()
  fields.normalisation.value = normalisation
  if (!fields.normalisation.value) { // two numbers of the scan's own units
    fields.normalisation.append(element('option', { class: 'own', value: normalisation }, `from ${normalisation.replace(' ', ' to ')} in its own units`))
    fields.normalisation.value = normalisation
  }
  fill(input, channels)
  $('#checkpoint-alert').hidden = true
  $('#checkpoint-progress').textContent = ''
}

/** Shows what reaches the network. */
function fill({ range, mean, deviation, standardise }, channels) {
  const fields = form.elements
  moments = mean.length ? { mean: [...mean], deviation: [...deviation] } : null
  fields.range.querySelector('[value=imagenet]').disabled = channels !== 3
  fields.range.querySelector('[value=file]').hidden = !moments
  const limits = range.length ? [...range] : [0, 1]
  fields.range.value = standardise ? 'standardise' : moments ? 'file' : limits.join(' ')
  $('#checkpoint-other').hidden = Boolean(fields.range.value)
  if (!fields.range.value) [fields.range.value, fields.low.value, fields.high.value] = ['other', ...limits]
}

/** Of classes that exclude each other the first is the background, which is not found; those without a name are counted from what is found on. */
function name() {
  const [first, ...rest] = form.querySelectorAll('[name=class]')
  first.hidden = first.disabled = form.elements.activation.value === 'softmax'
  rest.forEach((field, k) => {
    const [found, channel] = [`class ${k + 1}`, `class ${k + 2}`]
    if ([found, channel].includes(field.value)) field.value = first.hidden ? found : channel
  })
}

form.elements.activation.addEventListener('change', name)
form.elements.range.addEventListener('change', ({ target }) => ($('#checkpoint-other').hidden = target.value !== 'other'))

/** Loads the file with what the form says; null if that fails, and the form stays to be mended. */
async function load(lab, files, signal) {
  const submit = form.querySelector('[type=submit]')
  submit.disabled = true
  $('#checkpoint-alert').hidden = true
  try {
    return await lab.loadModel(files, { ...told(), signal, onProgress: (progress) => ($('#checkpoint-progress').textContent = step(progress)) })
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
  return {
    classes: [...form.querySelectorAll('[name=class]:enabled')].map(({ value }) => value.trim()),
    activation: fields.activation.value,
    ...(fields.probabilities.value ? { probabilities: true } : {}),
    size: fields.size.valueAsNumber,
    normalisation: fields.normalisation.value,
    ...(fields.output.options.length > 1 ? { output: fields.output.value } : {}),
    ...input(fields),
  }
}

function input({ range: { value }, low, high }) {
  if (value === 'imagenet') return imageNet
  if (value === 'standardise') return { standardise: true }
  if (value === 'file') return moments
  return { range: value === 'other' ? [low.valueAsNumber, high.valueAsNumber] : value.split(' ').map(Number) }
}
