// The settings form: what the person chose, and the menus that depend on what is there.

const $ = (id) => document.querySelector(id)
const form = $('#settings')

/** What an attack is for: the method that it is done with where the person chooses none, and what else that takes. */
const purposes = {
  strong: { method: 'apgd' },
  segmentation: { method: 'sea' },
  target: { method: 'apgd', steps: 40, get label() { return form.elements.sought.value } },
  least: { method: 'apgd' },
}

/** The options for lab.attack, as the form stands; without a purpose those of one step, as the paper compares them. */
export function chosen(purpose = purposes[form.elements.purpose.value]) {
  const fields = form.elements
  const own = purpose
    ? { ...(fields.method.value === purpose.method ? purpose : { label: purpose.label }), method: fields.method.value }
    : {
        loss: fields.loss.value,
        swapped: fields.swapped.value === 'yes',
        scheme: fields.scheme.value,
        steps: Number(fields.steps.value) || 1, // while it is being typed
      }
  return {
    model: fields.model.value,
    slice: Number(fields.slice.value),
    ...own,
    label: own.label ?? fields.label.value,
    gradient: fields.gradient.value,
    on: fields.on.value,
    where: fields.where.value,
  }
}

/** What the attack is for; "least" looks for the smallest ε. */
export const purpose = () => form.elements.purpose.value

/** Calls model() when another model is chosen, backend(name) when another backend is, and other() when the attack's options change. */
export function settings({ model, backend, other }) {
  form.addEventListener('submit', (event) => event.preventDefault())
  const heard = ({ target }) => {
    if (target.type === 'file' || target.id === 'volume-choice') return
    if (target.name === 'backend') return backend(target.value)
    if (target.name === 'model') return model()
    if (target.name === 'purpose') suit()
    showSlice()
    explain()
    other()
  }
  form.addEventListener('input', heard)
  $('#slice').addEventListener('input', heard) // which lies by the pictures
  $('#pace').addEventListener('change', ({ target }) => {
    form.elements.purpose.value = target.value
    heard({ target: form.elements.purpose })
  })
  suit()
  explain()
}

/** Whether a menu has that choice. */
const offers = (menu, value) => [...menu.options].some((option) => option.value === value)

/** Writes into a field what it can hold; else it keeps what it has. */
function write(field, value) {
  const before = field.value
  field.value = value
  if (!field.value || !field.checkValidity()) field.value = before
}

/** Sets fields by name; what is undefined or not on offer is left as it is. */
export function fill(choices) {
  for (const [name, value] of Object.entries(choices)) {
    const field = form.elements[name]
    if (!field) continue
    if (field instanceof RadioNodeList) {
      for (const radio of field) if (radio.value === value && !radio.disabled) radio.checked = true
    } else if (!field.options) write(field, value)
    else if (offers(field, value)) field.value = value
  }
  if (offers(form.elements.sought, choices.label)) form.elements.sought.value = choices.label
  if (choices.purpose) suit(choices.method)
  showSlice()
  explain()
}

/** The purpose of an address that names none, but a target or choices that only the paper's attack has. */
export function meant({ purpose, method, loss, swapped, scheme, steps, label }) {
  if (purpose === undefined && offers(form.elements.sought, label)) return 'target'
  return purpose ?? (!method && [loss, swapped, scheme, steps].some((one) => one !== undefined) ? 'paper' : undefined)
}

/** Takes the purpose's own method, or another that was named and is there; the paper's choices are shown to whoever asks for its attack. */
function suit(method) {
  const own = purposes[purpose()]
  $('#how').open = !own
  if (own) form.elements.method.value = offers(form.elements.method, method) ? method : own.method
}

/** Shows of each pair of hints the one that belongs to the choice. */
function explain() {
  for (const hint of form.querySelectorAll('[data-for]')) {
    hint.hidden = form.elements[hint.dataset.for].value !== hint.dataset.value
  }
  document.body.dataset.purpose = purpose() // which shows what belongs to it
  for (const radio of document.querySelectorAll('[name=pace]')) radio.checked = radio.value === purpose()
  $('#how-says').textContent = summary()
  $('#method-help').textContent = form.elements.method.selectedOptions[0]?.title ?? ''
  const grey = form.elements.on.value === 'scan' // whose pixels have one channel
  for (const gradient of form.elements.gradient) gradient.disabled = grey
  if (grey) for (const hint of form.querySelectorAll('[data-for=gradient]')) hint.hidden = true
}

/** What a choice is called, which is its name where it is not on offer. */
export const said = (name, value) => form.querySelector(`[name=${name}][value='${value}']`)?.parentElement.textContent.trim() ?? value

/** The attack in a line. */
function summary() {
  const { loss, method, swapped, scheme, steps, label, sought } = form.elements
  const title = (menu) => menu.selectedOptions[0]?.textContent ?? ''
  const own = ['compare', 'sweep'].includes(document.body.dataset.view) ? null : purposes[purpose()] // those attack as the paper does
  const how = own ? [title(method)] : [title(loss), swapped.value && said('swapped', 'yes'), `change ${said('scheme', scheme.value)}`, `${steps.value} ${steps.value === '1' ? 'step' : 'steps'}`]
  return [...how, own?.label ? `to find ${title(sought)}` : `against the ${said('label', label.value)}`].filter(Boolean).join(', ')
}

/** Fills the sample choice; picked(name) is called for a click as for a key. */
export function showSamples({ samples }, picked) {
  const group = $('#samples')
  group.replaceChildren(...samples.map(({ name, title }) => {
    const label = document.createElement('label')
    const input = document.createElement('input')
    const text = document.createElement('span')
    input.type = 'radio'
    input.name = 'sample'
    input.value = name
    text.textContent = title
    input.addEventListener('change', () => picked(name))
    label.append(input, text)
    return label
  }))
}

/** Shows which sample is on the bench; none where that is a scan from a file. */
export function showSample(sample) {
  for (const input of document.querySelectorAll('[name=sample]')) input.checked = input.value === sample
}

/** Shows which scan is loaded: a sample by its name, or a file by its facts (never its name, which may identify a patient). */
export function showScan(scan, sample, info) {
  showSample(sample)
  $('#another').disabled = !sample
  const slice = $('#slice')
  $('#slice-field').hidden = scan.slices < 2
  slice.max = scan.slices - 1
  slice.value = scan.slice
  showSlice()
  showMasks(scan, info)
  const [truth, prediction] = form.elements.label
  ;(scan.truth ? truth : prediction).checked = true
  const [own, input] = form.elements.on
  own.disabled = !scan.saveable
  ;(scan.saveable ? own : input).checked = true
  explain()
}

/** Shows the scan's facts, and the choices that its masks give: without a truth, the model's own prediction is the only label there is. */
export function showMasks(scan, info) {
  facts(scan, info)
  const [truth, prediction] = form.elements.label
  if (truth.disabled === Boolean(scan.truth)) (scan.truth ? truth : prediction).checked = true
  truth.disabled = !scan.truth
  const [everywhere, region] = form.elements.where
  if (region.disabled === Boolean(scan.region)) (scan.region ? region : everywhere).checked = true
  region.disabled = !scan.region
  for (const part of [$('#where'), $('#region-key')]) part.hidden = !scan.region
  $('#target-key').hidden = !scan.target
  explain()
}

function facts(scan, { formats }) {
  const size = `${scan.width} × ${scan.height}${scan.slices > 1 ? ` × ${scan.slices}` : ''}`
  const spacing = scan.spacing[0] > 0 ? `, ${scan.spacing.filter((mm) => mm > 0).map((mm) => Number(mm.toFixed(2))).join(' × ')} mm${scan.detector ? ' at the detector' : ''}` : ''
  const kind = formats.find(({ name }) => name === scan.format)?.title ?? 'Simulated'
  const truth = `${scan.truth ? 'with truth mask' : 'no truth mask'}${scan.region ? ', with region of interest' : ''}${scan.target ? ', with a target' : ''}`
  const left = scan.leftOut ? ` Files that were left out: ${scan.leftOutAs}.` : ''
  $('#scan-facts').textContent = `${kind}, ${size}${spacing}, ${truth}.${scan.coloured ? ' Of the scan’s colours the model sees the grey.' : ''}${left}`
}

function showSlice() {
  const { value, max } = $('#slice')
  $('#slice-value').textContent = `${Number(value) + 1} / ${Number(max) + 1}`
  $('#slice').setAttribute('aria-valuetext', `${Number(value) + 1} of ${Number(max) + 1}`) // the engine counts from 0
}
