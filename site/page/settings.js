// The settings form: what the person chose, and the menus that depend on what is there.

const $ = (id) => document.querySelector(id)
const form = $('#settings')

/** The options for lab.attack, as the form stands. */
export function chosen() {
  const fields = form.elements
  return {
    model: fields.model.value,
    slice: Number(fields.slice.value),
    loss: fields.loss.value,
    swapped: fields.swapped.value === 'yes',
    scheme: fields.scheme.value,
    label: fields.label.value,
    gradient: fields.gradient.value,
  }
}

/** Calls changed() when the attack's options change, and used(backend) when another backend is chosen. */
export function settings(changed, used) {
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('input', ({ target }) => {
    if (target.name === 'sample' || target.type === 'file') return
    if (target.name === 'backend') return used(target.value)
    if (target.id === 'slice') $('#slice-value').textContent = `${Number(target.value) + 1} / ${Number(target.max) + 1}`
    explain()
    changed()
  })
  explain()
}

/** Shows of each pair of hints the one that belongs to the choice. */
function explain() {
  for (const hint of form.querySelectorAll('[data-for]')) {
    hint.hidden = form.elements[hint.dataset.for].value !== hint.dataset.value
  }
}

/** Fills the model menu from lab.info and says what the chosen one is. */
export function showModels({ models }, select) {
  const menu = $('#model')
  const before = select ?? menu.value
  menu.replaceChildren(...models.map(({ name, title }) => new Option(title ?? name, name)))
  if (models.some(({ name }) => name === before)) menu.value = before
  describeModel({ models })
}

export function describeModel({ models }) {
  const model = models.find(({ name }) => name === $('#model').value)
  if (!model) return ($('#model-facts').textContent = '')
  const millions = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(model.parameters)
  const dice = model.dice ? ` Dice ${model.dice.toFixed(2)} on scans it has never seen.` : ''
  $('#model-facts').textContent = `${millions} parameters; ${model.classes.join(', ')}.${dice}`
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

/** Shows which scan is loaded: a sample by its name, or a file by its facts (never its name, which may identify a patient). */
export function showScan(scan, sample) {
  for (const input of document.querySelectorAll('[name=sample]')) input.checked = input.value === sample
  $('#another').disabled = !sample
  const size = `${scan.width} × ${scan.height}${scan.slices > 1 ? ` × ${scan.slices}` : ''}`
  const spacing = scan.spacing[0] > 0 ? `, ${scan.spacing.filter((mm) => mm > 0).map((mm) => Number(mm.toFixed(2))).join(' × ')} mm` : ''
  const names = { png: 'PNG', jpeg: 'JPEG', npy: 'NPY', nifti: 'NIfTI', dicom: 'DICOM', phantom: 'Simulated' }
  const truth = scan.truth ? 'with truth mask' : 'no truth mask'
  $('#scan-facts').textContent = `${names[scan.format] ?? scan.format}, ${size}${spacing}, ${truth}.`

  const slice = $('#slice')
  $('#slice-field').hidden = scan.slices < 2
  slice.max = scan.slices - 1
  slice.value = scan.slice
  $('#slice-value').textContent = `${scan.slice + 1} / ${scan.slices}`

  showTruth(scan)
}

/** Without a truth, the model's own prediction is the only label there is. */
export function showTruth(scan) {
  const [truth, prediction] = form.elements.label
  truth.disabled = !scan.truth
  ;(scan.truth ? truth : prediction).checked = true
  explain()
}
