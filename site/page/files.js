// Ways for files to come in: the buttons, and dropping them, or a folder, anywhere on the page.

/**
 * Calls opened(kind, files) with kind 'scan', 'truth', 'region', 'target' or 'model', or '' where a person did not say, and all that was given: of a model the network first;
 * refused(error) hears of what cannot be read.
 */
export function files(opened, refused) {
  for (const button of document.querySelectorAll('button[data-open]')) {
    const kind = button.dataset.open
    const input = document.querySelector(`#file-${kind}`)
    button.addEventListener('click', () => input.click())
    input.addEventListener('change', () => {
      if (input.files.length) opened(kind, [...input.files].sort((a, b) => isModel(b) - isModel(a)))
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
  addEventListener('drop', async (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    sheet.hidden = true
    const zone = zones.find((zone) => zone.contains(event.target))
    try {
      opened(zone?.dataset.open ?? '', (await dropped(event.dataTransfer)).sort((a, b) => isModel(b) - isModel(a)))
    } catch (error) {
      refused(error)
    }
  })
}

/** Whether a file is a network, by its name; of those of other libraries it is said then how they can be taken. */
export const isModel = (file) => /\.(safetensors|onnx|pth|pt|ckpt|pth\.tar|pt2|keras|pb|tflite)$/i.test(file.name)

/** What lies beside a network: weights of ONNX, plans of nnU-Net, metadata of MONAI. */
export const isPart = (file) => /\.(json|data|bin|weights)$|_data$/i.test(file.name)

/** Where files of dropped folders lie in them. */
const paths = new WeakMap()

/** A file's path as far as it is known, with its folder's name before. */
export const pathOf = (file) => paths.get(file) ?? (file.webkitRelativePath || file.name)

/** All files that were dropped, those of folders with them. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()) // must be asked before the event is over
  const files = [...transfer.files]
  const found = await Promise.all(files.map((file, i) => (entries[i]?.isDirectory ? within(entries[i]) : [file]))).catch(() => {
    throw new Error('segfault: what was dropped cannot be read; look whether it is still there and may be read, and drop it again.')
  })
  if (!found.flat().length) throw new Error('segfault: there is no file in what was dropped.')
  return found.flat()
}

/** The files of a folder and of the folders in it. */
async function within(folder) {
  const reader = folder.createReader()
  const files = []
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)) // a hundred at a time
    if (!some.length) return files
    for (const entry of some) {
      if (entry.isDirectory) files.push(...(await within(entry)))
      else {
        const file = await new Promise((resolve, reject) => entry.file(resolve, reject))
        paths.set(file, entry.fullPath)
        files.push(file)
      }
    }
  }
}
