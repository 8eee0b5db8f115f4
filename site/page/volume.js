// The attack on every slice of a volume: progress, a plot along the slices, and the volume to keep.

import { batch } from './batch.js'
import { element } from './element.js'
import { Identity } from './identity.js'
import { both, bothSay, share } from './numbers.js'
import { differs, Outdated } from './outdated.js'
import { part } from './part.js'
import { save, saveFile } from './save.js'
import { Slices } from './slices.js'
import { complain, engine, settle } from './status.js'
import { csv, fillTable } from './table.js'
import { capital, measure, volumeFound } from './words.js'

const columns = {
  slice: ({ slice }) => slice,
  before: ({ before }) => before,
  after: ({ after }) => after,
  reference: ({ reference }) => reference,
  flipped: ({ flipped }) => flipped,
  linf: ({ linf }) => linf,
  true_class_before: ({ true: own }) => own.before,
  true_class_after: ({ true: own }) => own.after,
  ending: ({ ending }) => ending,
}

const axes = (reference) => ({
  x: { title: 'slice', symbol: 'slice', whole: true },
  y: { title: `${capital(measure(reference))}, slice by slice`, domain: [0, 1] },
  threshold: { value: 0.5, title: 'below this the attack succeeds' },
})

export class VolumePanel {
  #progress
  #options
  #opened
  #lab
  #scan
  #fault = null
  #stop = null
  #parts = null
  #at = 0
  #start = element('button', { type: 'button', class: 'primary' })
  #once = element('button', { type: 'button' }, 'One change for all slices')
  #universal = element('div')
  #made = null // what is in it
  #finding = element('p', { class: 'finding', role: 'status', 'aria-live': 'polite' })
  #plot = element('div', { class: 'plot-frame' })
  #see = element('button', { type: 'button' })
  #file = element('button', { type: 'button' }, 'Attacked volume')
  #identity = new Identity()
  #segments // buttons, of a DICOM scan alone
  #table = element('table', {}, element('caption', { id: 'volume-caption' }, `Slice by slice: ${bothSay}`), element('thead'), element('tbody'))
  #beside = element('p', { role: 'status' })
  #note = element('p', { class: 'hint', role: 'status' })
  #asked = null
  #result
  #outdated
  #slices = new Slices(() => this.#start.click())

  /** options() gives what lab.attack takes; opened({ slice }) is called when a person wants to see one. */
  constructor(box, progress, options, { opened }) {
    this.box = box
    this.#progress = progress
    this.#options = options
    this.#opened = opened
    const keep = (text, done) => {
      const button = element('button', { type: 'button' }, text)
      button.addEventListener('click', () => Promise.resolve(done()).catch(complain))
      return button
    }
    this.#segments = ['before', 'after'].map((what) => keep(`Found ${what}, DICOM`, () => this.#save({ what, format: 'dicom' })))
    this.#result = element('div', { hidden: '' },
      this.#note,
      this.#finding,
      this.#beside,
      this.#plot,
      element('p', { class: 'keep' },
        this.#see,
        this.#file,
        keep('Found before, NIfTI', () => this.#save({ what: 'before' })),
        keep('Found after, NIfTI', () => this.#save({ what: 'after' })),
        ...this.#segments,
        keep('Plot as SVG', () => save('segfault-volume.svg', 'image/svg+xml', this.#parts.svgFile((paper) => this.#plotIn(paper).svg))),
        keep('Numbers as CSV', () => save('segfault-volume.csv', 'text/csv', csv(this.#rows()))),
        keep('Recipe', () => save('segfault-volume-recipe.json', 'application/json', `${JSON.stringify(this.#lab.recipe(this.#scan, this.#fault), null, 2)}\n`)),
        keep('Robustness report', () => this.#report())),
      this.#identity.box,
      element('div', { class: 'table-frame', tabindex: 0, role: 'region', 'aria-labelledby': 'volume-caption' }, this.#table))
    this.#outdated = new Outdated(this.#result, this.#note)
    box.append(element('h2', { id: 'volume-title' }, 'The whole volume'), element('p', { class: 'go' }, this.#start, this.#once), this.#universal, this.#result)
    this.#start.addEventListener('click', () => this.#run().catch(complain))
    this.#once.addEventListener('click', () => this.#change().catch(complain))
    this.#see.addEventListener('click', () => this.#opened({ slice: this.#at }))
    this.#file.addEventListener('click', () => this.#save({ identity: this.#identity.kept }).catch(complain))
  }

  /** Offers what there is to attack now. */
  offer(lab, scan) {
    this.#lab = lab
    this.#slices.offer(lab, scan, this.#scan !== scan)
    if (this.#scan !== scan) this.clear()
    this.#scan = scan
    this.#identity.offer(scan)
    for (const button of this.#segments) button.hidden = scan?.format !== 'dicom'
    this.#date()
    this.box.classList.toggle('single', !(scan?.slices > 1))
    this.#start.textContent = `Attack all ${scan?.slices} slices`
  }

  /** Says where the results are not of the settings of now. */
  #date() {
    const old = this.#fault && differs(this.#asked, this.#options(), 'slice')
    this.#outdated.say(old ? 'What is shown is of the settings before; attack all slices again for those of now.' : '')
    this.#slices.date(Boolean(old))
    this.#made?.date(this.#options())
  }

  /** Results belong to a scan; of another there are none yet. */
  clear() {
    this.#stop?.abort(new DOMException('Another scan was opened.', 'AbortError'))
    this.#made = null
    this.#universal.replaceChildren()
    this.#drop()
  }

  /** Its slices are not seen any more, and play no further. */
  pause() {
    this.#slices.stop()
  }

  /** One change for all slices, beside whatever else there is. */
  async #change() {
    const [lab, scan] = [this.#lab, this.#scan]
    this.#stop?.abort(new DOMException('Started anew.', 'AbortError'))
    const stop = (this.#stop = new AbortController())
    const { universal } = await part(import('./universal.js'))
    engine('busy', lab.info)
    await batch([async (call) => {
      const made = await universal(lab, [scan], this.#options(), [], call)
      if (scan !== this.#scan) return
      this.#made = made
      this.#universal.replaceChildren(made.box)
      this.#date()
    }], this.#progress, stop, 1)
    engine('ready', lab.info)
  }

  #drop() {
    this.#result.hidden = true
    if (this.#fault) this.#lab.release(this.#fault)
    this.#fault = null
    this.#slices.tell(null)
  }

  async #run() {
    const [lab, scan] = [this.#lab, this.#scan]
    this.#stop?.abort(new DOMException('Started anew.', 'AbortError'))
    const stop = (this.#stop = new AbortController())
    const { slice, ...options } = this.#options()
    let [index, count] = [0, scan.slices]
    settle()
    const begun = this.#progress.begin(() => stop.abort(new DOMException('Cancelled.', 'AbortError')))
    engine('busy', lab.info)
    try {
      const fault = await lab.attackVolume(scan, {
        ...options,
        signal: stop.signal,
        onProgress: (step) => {
          if (step.stage === 'slice') index = step.done
          this.#progress.show(step, index, count)
        },
      })
      this.#drop()
      this.#fault = fault
      this.#asked = options
      this.#date()
      this.#at = slice
      await this.#show()
      this.#accompany(fault, stop.signal).catch((error) => error.name === 'AbortError' || complain(error))
    } catch (error) {
      if (error.name !== 'AbortError') complain(error)
    } finally {
      this.#progress.end(begun)
      engine('ready', lab.info)
    }
  }

  async #show() {
    const { slices, dice, linf, reference, attack } = this.#fault
    this.#result.hidden = false
    this.#slices.tell(slices)
    this.#file.disabled = attack.on !== 'scan'
    this.#finding.textContent = volumeFound(this.#fault)
    if (!this.#parts) {
      const [{ LinePlot }, { svgFile }] = await part(Promise.all([import('./plot.js'), import('./picture-file.js')]))
      this.#parts = { LinePlot, svgFile }
    }
    this.#plotIn(this.#plot)
    this.#point(this.#at)
    fillTable(this.#table, ['slice', 'Dice before', `${capital(measure(reference))}${reference === 'truth' ? ' after' : ''}`, `pixels of ${reference === 'truth' ? 'the truth' : 'its first answer'}`, 'largest change'], [
      ...slices.map(({ slice, before, after, true: own, reference: pixels, linf }) => [slice + 1, both(before, own.before), both(after, own.after), pixels, share.format(linf)]),
      ['all', both(dice.union.before, dice.true.before), both(dice.union.after, dice.true.after), slices.reduce((sum, one) => sum + one.reference, 0), share.format(linf)],
    ])
  }

  /** What stands beside every attack. */
  async #accompany(fault, signal) {
    this.#beside.textContent = ''
    const { besides, volumeWords } = await part(import('./beside.js'))
    const { volume } = await besides(this.#lab, fault, signal)
    if (this.#fault === fault) this.#beside.textContent = volume.map((one) => volumeWords(one, fault)).join(' ')
  }

  /** Slices without anything to find would count as a perfect 1, and are left out of the lines. */
  #plotIn(box) {
    const { slices, reference } = this.#fault
    const plot = new this.#parts.LinePlot(box, axes(reference), (index) => this.#point(index))
    const lines = ['before', 'after'].slice(reference === 'truth' ? 0 : 1)
    const ys = (when) => slices.map((one) => (one.reference > 0 ? one[when] ?? undefined : undefined))
    plot.show(slices.map(({ slice }) => slice + 1), lines.map((when) => ({ title: when, ys: ys(when) })), this.#at)
    return plot
  }

  #point(index) {
    this.#at = index
    this.#see.textContent = `See slice ${index + 1}`
  }

  /** A page of what this attack did, with its worst slices. */
  async #report() {
    const [lab, scan, fault] = [this.#lab, this.#scan, this.#fault]
    const { keepReport, told } = await part(import('./robustness.js'))
    const stop = new AbortController()
    await batch([(call) => keepReport(lab, {
      attack: fault.attack,
      scans: [told('', fault.slices.length, fault)],
      worst: fault.worst.map((slice) => ({ of: async (use) => {
        const one = await lab.attack(scan, { ...this.#asked, slice, ...call })
        try {
          await use(scan, one)
        } finally {
          lab.release(one)
        }
      } })),
    }, call)], this.#progress, stop, 1)
  }

  async #save(options) {
    saveFile(await this.#lab.save(this.#fault, options), options)
  }

  #rows() {
    return [Object.keys(columns), ...this.#fault.slices.map((one) => Object.values(columns).map((of) => of(one)))]
  }
}
