// What a visitor may keep of an attack: the attacked scan, masks, pictures, the numbers, and the recipe to do it again.

import { batch } from './batch.js'
import { element } from './element.js'
import { Identity } from './identity.js'
import { share } from './numbers.js'
import { part } from './part.js'
import { record } from './record.js'
import { save, saveFile } from './save.js'
import { complain, settle } from './status.js'
import { csv } from './table.js'

/** The bench's own line and buttons under the numbers, out of sight until there is something to keep. */
export class ExportPanel {
  #progress
  #lab
  #scan
  #fault
  #facts = element('p', { class: 'fact' })
  #identity = new Identity()
  #file = button('Attacked scan', () => this.#save({ identity: this.#identity.kept }))
  #segments = [] // the buttons of DICOM segmentations, which are of a DICOM scan alone
  #embed = button('Copy embed', () => this.#figure())
  #tool = element('select', { 'aria-label': 'What the figure is for' })
  #copied = element('p', { class: 'copied', role: 'status', hidden: '' })
  #truth = this.#mask('Truth', 'truth')
  #region = this.#mask('Region', 'region')

  constructor(box, progress) {
    this.box = box
    this.#progress = progress
    const drawn = async () => (await part(import('./slide.js'))).slide(this.#fault, this.#lab.info)
    box.append(
      element('h2', {}, 'Keep it'),
      this.#facts,
      element('p', { class: 'keep' },
        button('Save slide', async () => save('segfault-slide.png', 'image/png', await (await part(import('./slide.js'))).picture(await drawn()))),
        button('Slide as SVG', async () => save('segfault-slide.svg', 'image/svg+xml', await drawn())),
        this.#file,
        button('Robustness report', () => this.#report()),
        button('Copy link', () => this.#copy(location.href)),
        element('span', { class: 'pair-of' }, this.#embed, this.#tool)),
      this.#copied,
      this.#identity.box,
      element('details', {}, element('summary', {}, 'More'),
        element('p', { class: 'keep' },
          ...this.#mask('Found before', 'before'),
          ...this.#mask('Found after', 'after'),
          ...this.#truth,
          ...this.#region),
        element('p', { class: 'keep' },
          button('Pictures as PNG', async () => save('segfault-panel.png', 'image/png', await (await part(import('./panel.js'))).panel(this.#fault, this.#lab.info))),
          button('Numbers as CSV', () => save('segfault-metrics.csv', 'text/csv', csv(this.#rows()))),
          button('Numbers as JSON', () => save('segfault-metrics.json', 'application/json', pretty(this.#numbers()))),
          button('Recipe', () => save('segfault-recipe.json', 'application/json', pretty(this.#lab.recipe(this.#scan, this.#fault, this.#fault.beside)))))),
    )
  }

  /** Offers what an attack left behind. */
  offer(lab, scan, fault) {
    this.#lab = lab
    this.#scan = scan
    this.#fault = fault
    this.#file.disabled = !fault.scan
    this.#embed.disabled = this.#tool.disabled = !scan.sample // a figure elsewhere has no file of this computer
    this.#copied.hidden = true
    if (!this.#tool.options.length) part(import('./share.js')).then(({ tools }) => this.#tool.replaceChildren(...Object.entries(tools).map(([name, title]) => new Option(`for ${title}`, name))), complain)
    for (const button of this.#truth) button.disabled = !scan.truth
    for (const button of this.#region) button.hidden = !scan.region
    for (const button of this.#segments) button.hidden = scan.format !== 'dicom' || (this.#region.includes(button) && !scan.region)
    this.#identity.offer(scan)
    this.#facts.textContent = own(scan, fault)
  }

  /** Copies lines that show this attack as a figure of a page elsewhere. */
  async #figure() {
    const { embed } = await part(import('./share.js'))
    const { name, seed } = this.#scan.sample
    const first = this.#lab.info.samples.find((one) => one.name === name).seed // whose picture there is
    return this.#copy(embed(this.#tool.value, { ...this.#fault.attack, sample: name, seed: seed === first ? undefined : seed, slice: undefined }, { site: new URL('.', location.href).href, link: location.href }))
  }

  /** Copies a text, and shows it for browsers that do not let a page do that. */
  async #copy(text) {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false)
    const { left } = await part(import('./share.js'))
    this.#copied.replaceChildren(done ? 'Copied: ' : 'Copy this: ', element('code', {}, text), left(this.#scan, this.#fault, this.#lab.info.models))
    this.#copied.hidden = false
  }

  /** A mask of the attacked slice, in each kind of file. */
  #mask(title, what) {
    const buttons = [['NIfTI', 'nifti'], ['PNG', 'png'], ['DICOM', 'dicom']].map(([name, format]) => button(`${title}, ${name}`, () => this.#save({ what, format })))
    this.#segments.push(buttons.at(-1))
    return buttons
  }

  /** A page of what this attack did, and others of its slice. */
  async #report() {
    const [lab, scan, fault] = [this.#lab, this.#scan, this.#fault]
    const { keepReport, told } = await part(import('./robustness.js'))
    const stop = new AbortController()
    await batch([(call) => keepReport(lab, { attack: fault.attack, scans: [told('', 1, fault.metrics)], worst: [{ of: (use) => use(scan, fault) }] }, call)], this.#progress, stop, 1)
  }

  async #save(options) {
    saveFile(await this.#lab.save(this.#fault, options), options)
  }

  #numbers() {
    const { attack, classes, metrics, scan, cancelled, beside } = this.#fault
    const { values, ...units } = scan ?? {}
    return { attack, classes, scan: scan && units, cancelled, metrics, beside }
  }

  /** One row an attack, with the change in the scan's own units behind. */
  #rows() {
    const { attack, metrics, scan } = this.#fault
    const about = this.#lab.info.models.find(({ name }) => name === attack.model)
    const [head, row] = record([{ about, ...attack, metrics }])
    return [[...head, 'scan_unit', 'scan_epsilon', 'scan_linf'], [...row, scan?.unit ?? '', scan?.epsilon ?? '', scan?.linf ?? '']]
  }
}

/** ε and the change in the scan's own units, and what can be saved. */
function own({ format, type, saveable, coloured, coloursKept }, { scan }) {
  if (scan) {
    return `In the scan’s own units ε is ${share.format(scan.epsilon)}; the largest change, rounded to what its file holds (${type}), is ${share.format(scan.linf)}. This is what a saved copy holds${coloursKept ? ', in its colours, of which all three of a pixel are moved alike' : coloured ? ', in grey without the file’s colours' : ''}.`
  }
  if (saveable) return 'This attack moves the model’s input, which no file of the scan can hold; let it move the scan’s own pixels to save it.'
  return format === 'phantom' ? 'A simulated scan has no file; its pictures, masks and numbers can be kept.' : 'No copy of this kind of file can be written; its pictures, masks and numbers can be kept.'
}

function button(text, done) {
  const made = element('button', { type: 'button' }, text)
  made.addEventListener('click', async () => {
    try {
      settle()
      await done()
    } catch (error) {
      complain(error)
    }
  })
  return made
}

/** JSON for people; what is not finite, as the PSNR where nothing changed, is null. */
function pretty(value) {
  return `${JSON.stringify(value, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v) : v), 2)}\n`
}
