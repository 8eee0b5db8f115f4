// Ways for a file to come in: the buttons, and dropping it anywhere on the page.

/** Calls opened(kind, file) with kind 'scan', 'truth' or 'model'. */
export function files(opened) {
  for (const button of document.querySelectorAll('button[data-open]')) {
    const kind = button.dataset.open
    const input = document.querySelector(`#file-${kind}`)
    button.addEventListener('click', () => input.click())
    input.addEventListener('change', () => {
      if (input.files.length) opened(kind, input.files[0])
      input.value = '' // so that choosing the same file again is noticed
    })
  }

  const sheet = document.querySelector('#drop')
  const zones = [...sheet.querySelectorAll('.drop-zone')]
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files')

  addEventListener('dragenter', (event) => {
    if (carriesFiles(event)) sheet.hidden = false
  })
  addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    for (const zone of zones) zone.classList.toggle('over', zone.contains(event.target))
  })
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) sheet.hidden = true
  })
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    sheet.hidden = true
    const zone = zones.find((zone) => zone.contains(event.target))
    for (const file of event.dataTransfer.files) {
      opened(file.name.endsWith('.safetensors') ? 'model' : zone?.dataset.open ?? 'scan', file)
    }
  })
}
