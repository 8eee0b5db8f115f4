// The view of a folder of scans: one row a scan, attacked one after the other with what the settings say.

import { batch } from './batch.js'
import { look } from './contents.js'
import { element } from './element.js'
import { keep as retain, kept as retained, mark } from './kept.js'
import { counted, duration, score, share } from './numbers.js'
import { differs, Outdated } from './outdated.js'
import { pairs } from './pairs.js'
import { part } from './part.js'
import { save } from './save.js'
import { complain, engine, say } from './status.js'
import { csv } from './table.js'
import { opened, trial } from './trial.js'
import { complaint } from './words.js'

/** What is known of a scan: its title, and what a cell shows, what it is sorted by and what a file keeps. */
const columns = [
  { name: 'scan', title: 'Scan', of: ({ name }) => name },
  { name: 'slices', title: 'Slices', of: ({ slices }) => slices },
  { name: 'reference', title: 'Measured against', of: ({ numbers }) => numbers?.reference, show: (value) => ({ truth: 'its mask', prediction: 'the first answer' })[value] },
  { name: 'dice_before', title: 'Dice before', of: ({ numbers }) => numbers?.dice.union.before, show: score },
  { name: 'dice_after', title: 'Dice after', of: ({ numbers }) => numbers?.dice.union.after, show: score },
  { name: 'true_class_before', title: 'True class before', of: ({ numbers }) => numbers?.dice.true.before, show: score },
  { name: 'true_class_after', title: 'True class after', of: ({ numbers }) => numbers?.dice.true.after, show: score },
  { name: 'ending', title: 'Ending', of: ({ numbers }) => numbers?.ending },
  { name: 'linf', title: 'Largest change', of: ({ numbers }) => numbers?.linf, show: (value) => share.format(value) },
  { name: 'milliseconds', title: 'Time', of: ({ numbers }) => numbers?.milliseconds, show: duration },
]
const kept = ['method', 'loss', 'swapped', 'scheme', 'epsilon', 'steps', 'gradient', 'on', 'where', 'label']
const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export class FolderView {
  #progress
  #options
  #opened
  #lab
  #stop = new AbortController()
  #rows = []
  #asked = null
  #by = { column: 0, descending: false }
  #choose = element('input', { type: 'file', webkitdirectory: '', multiple: '', class: 'hidden', tabindex: -1, 'aria-label': 'Folder of scans' })
  #open = element('button', { type: 'button' }, 'Open a folder…')
  #start = element('button', { type: 'button', class: 'primary' })
  #once = element('button', { type: 'button' }, 'One change for all scans')
  #universal = element('div')
  #made = null // what is in it
  #how = element('span', { class: 'hint' })
  #finding = element('p', { class: 'finding', role: 'status', 'aria-live': 'polite' })
  #note = element('p', { class: 'hint', role: 'status' })
  #table = element('table', { id: 'folder-table' }, element('caption', { id: 'folder-caption' }, 'One row a scan'), element('thead'), element('tbody'))
  #keep
  #outdated

  /** options() gives what lab.attack takes; opened(scan), of pairs.js, is called when a person wants to see a scan alone. */
  constructor(box, progress, options, { opened }) {
    this.#progress = progress
    this.#options = options
    this.#opened = opened
    const keep = (text, done) => {
      const button = element('button', { type: 'button' }, text)
      button.addEventListener('click', () => Promise.resolve(done()).catch((error) => error.name === 'AbortError' || complain(error)))
      return button
    }
    this.#keep = element('p', { class: 'keep' },
      keep('Numbers as CSV', () => save('segfault-folder.csv', 'text/csv', csv(this.#record()))),
      keep('Numbers as JSON', () => save('segfault-folder.json', 'application/json', `${JSON.stringify(this.#numbers(), null, 2)}\n`)),
      keep('Attacked copies as ZIP', () => this.#copies()),
      keep('Robustness report', () => this.#report()))
    const result = element('div', {}, this.#note, this.#finding, this.#keep, element('div', { class: 'table-frame', tabindex: 0, role: 'region', 'aria-labelledby': 'folder-caption' }, this.#table))
    this.#outdated = new Outdated(this.#table, this.#note)
    box.append(
      element('p', { class: 'go' }, this.#open, this.#choose, this.#start, this.#once, this.#how), this.#universal, result)
    this.#open.addEventListener('click', () => this.#choose.click())
    this.#choose.addEventListener('change', async () => {
      const files = [...this.#choose.files]
      this.#choose.value = ''
      this.take(pairs(await look(files)))
    })
    this.#start.addEventListener('click', () => this.#run())
    this.#once.addEventListener('click', () => this.#change().catch(complain))
    const { asked, rows } = retained() ?? {}
    this.#asked = asked ?? null
    this.#rows = rows ?? []
    this.#show()
  }

  /** Takes the scans of a folder, as pairs gives them; of one before those rows stay that are finished and of the same files. */
  take(scans) {
    this.stop()
    this.#made = null
    this.#universal.replaceChildren()
    const before = new Map(this.#rows.filter(({ numbers }) => numbers).map((row) => [`${row.name}\n${row.mark}`, row]))
    const row = (scan) => ({ ...before.get(`${scan.name}\n${mark(scan)}`), ...scan, scan, mark: mark(scan) })
    this.#rows = scans.map(row).flatMap((one) => [one, ...volumes(one).map(row)])
    if (!this.#rows.some(({ numbers }) => numbers)) this.#asked = null
    this.#finding.textContent = scans.length ? '' : 'There is no scan in this folder.'
    this.#show()
  }

  /** Offers what there is to attack with now. */
  offer(lab) {
    this.#lab = lab
    this.#how.textContent = `with ε = ${this.#options().epsilon}`
    const old = this.#asked && differs(this.#asked, this.#asking())
    this.#outdated.say(old ? 'What is shown is of the settings before; attack the scans again for those of now.' : '')
    this.#made?.date(this.#asking())
    this.#show()
  }

  /** Ends what is under way; what has come so far stays. */
  stop() {
    this.#stop.abort(new DOMException('The view was left.', 'AbortError'))
  }

  /** Another scan on the bench changes nothing here. */
  clear() {}

  /** The settings without what each scan decides: which slice, whether it has a truth, and whether a file can hold its copy. */
  #asking() {
    const { slice, on, where, gradient, label, ...how } = this.#options()
    return ['truth', 'prediction'].includes(label) ? how : { ...how, label }
  }

  async #run() {
    const lab = this.#lab
    this.stop()
    const stop = (this.#stop = new AbortController())
    const how = this.#asking()
    if (!this.#asked || differs(this.#asked, how) || this.#rows.every(({ numbers }) => numbers)) this.#rows = this.#rows.filter(({ scan }) => !scan.volume).map(({ scan }) => ({ ...scan, scan, mark: mark(scan) }))
    this.#asked = how
    this.offer(lab)
    engine('busy', lab.info)
    const job = (row) => async (call) => {
      row.error = ''
      try {
        Object.assign(row, await trial(lab, row.scan, how, call))
        if (!row.scan.volume) jobs.push(...this.#unfold(row).map(job)) // which the batch comes to
      } catch (error) {
        if (stop.signal.aborted) throw error
        row.error = complaint(error)
      }
      if (stop !== this.#stop) return
      this.#show()
      retain(how, this.#rows)
    }
    const jobs = this.#rows.filter(({ numbers }) => !numbers).map(job)
    await batch(jobs, this.#progress, stop, 1) // one scan in memory at a time
    if (stop !== this.#stop) return // another run has begun
    engine('ready', lab.info)
  }

  /** The work of one button: under way until it ends, is cancelled or another begins. */
  async #working(work) {
    const lab = this.#lab
    this.stop()
    const stop = (this.#stop = new AbortController())
    engine('busy', lab.info)
    await batch([(call) => work(lab, call)], this.#progress, stop, 1)
    if (stop === this.#stop) engine('ready', lab.info)
  }

  /** One change for all scans, which are open at once; what cannot be opened is left out, and its row says why. */
  #change() {
    const how = this.#asking()
    return this.#working(async (lab, call) => {
      const { universal } = await part(import('./universal.js'))
      const [scans, names] = [[], []]
      const withNext = async ([row, ...rows]) => {
        if (!row) {
          this.#made = await universal(lab, scans, how, names, call)
          this.#made.date(this.#asking())
          return this.#universal.replaceChildren(this.#made.box)
        }
        let reached = false
        try {
          await opened(lab, row.scan, how, call, (scan) => {
            reached = true
            scans.push(scan)
            names.push(row.name)
            return withNext(rows)
          })
        } catch (error) {
          if (reached || call.signal.aborted) throw error
          row.error = complaint(error)
          await withNext(rows)
        }
      }
      await withNext(this.#rows.filter(({ scan }) => scan))
      this.#show()
    })
  }

  /** Keeps the attacked copies, one after another; one that was forgotten over a reload is made again, if its file is here. */
  #copies() {
    return this.#working(async (lab, call) => {
      const { archive } = await part(import('./archive.js'))
      const done = this.#rows.filter(({ numbers }) => numbers)
      const left = await archive(done, async (row) => (row.copy === undefined && row.scan ? Object.assign(row, await trial(lab, row.scan, this.#asked, call)) : row).copy)
      if (left) say(`${left} of ${counted(done.length, 'scan')} ${left === 1 ? 'has no copy in it: its file cannot be written, or is' : 'have no copy in it: their files cannot be written, or are'} to be opened again.`)
    })
  }

  /** Keeps a report of what is attacked; the worst scans are opened once more. */
  #report() {
    return this.#working(async (lab, call) => {
      const { keepReport, most, told } = await part(import('./robustness.js'))
      const done = this.#rows.filter(({ numbers, error }) => numbers || error)
      const left = ({ target, dice: { union, true: own } }) => (target ? -target.after : Math.min(union.after, own.after))
      const worst = done.filter(({ numbers, scan }) => scan && numbers && numbers.dice.union.after !== null).sort((a, b) => left(a.numbers) - left(b.numbers)).slice(0, most)
      const how = this.#asked
      await keepReport(lab, {
        attack: { ...done.find(({ recipe }) => recipe).recipe.attack, model: how.model },
        scans: done.map(({ name, slices, numbers, error }) => (error ? { name, error } : told(name, slices, numbers))),
        worst: worst.map(({ name, scan, numbers }) => ({ name, of: (use) => opened(lab, scan, how, call, async (scan) => {
          const fault = await lab.attack(scan, { ...how, slice: numbers.worst?.[0] ?? 0, ...call })
          try {
            await use(scan, fault)
          } finally {
            lab.release(fault)
          }
        }) })),
      }, call)
    })
  }

  /** A file of several volumes becomes a row each; gives the new ones. */
  #unfold(row) {
    const more = volumes(row).map((scan) => ({ ...scan, scan, mark: row.mark }))
    this.#rows.splice(this.#rows.indexOf(row) + 1, 0, ...more)
    return more
  }

  #show() {
    const left = this.#rows.filter(({ numbers }) => !numbers).length
    const done = this.#rows.length - left
    this.#keep.hidden = !done
    this.#once.hidden = !this.#lab || this.#rows.filter(({ scan }) => scan).length < 2
    this.#start.hidden = !this.#lab || !this.#rows.some(({ scan }) => scan) // before it is there nothing can be attacked, and after a reload their files are to be given again
    this.#start.textContent = left && done ? `Attack the ${left} left` : `Attack ${counted(this.#rows.length, 'scan')}`
    if (this.#rows.length) this.#finding.textContent = done ? `${done} of ${counted(this.#rows.length, 'scan')} ${done === 1 ? 'is' : 'are'} attacked${left && this.#start.hidden ? '; open the folder again for the others' : ''}.` : `${counted(this.#rows.length, 'scan')}, ${this.#rows.filter(({ mask }) => mask).length} with a mask.`
    const held = this.#table.contains(document.activeElement) ? document.activeElement.textContent : null // which stays with what is called so
    this.#table.hidden = !this.#rows.length
    this.#table.tHead.replaceChildren(element('tr', {}, element('th', { scope: 'col' }, 'Pictures'), ...columns.map((column, k) => this.#head(column, k))))
    this.#table.tBodies[0].replaceChildren(...this.#sorted().map((row) => element('tr', {}, element('td', {}, ...thumbnails(row)), element('th', { scope: 'row' }, this.#name(row)), ...cells(row))))
    if (held) [...this.#table.querySelectorAll('button')].find(({ textContent }) => textContent === held)?.focus({ preventScroll: true })
  }

  #name({ name, scan }) {
    if (!scan) return name
    const button = element('button', { type: 'button', class: 'plain' }, name)
    button.addEventListener('click', () => this.#opened(scan))
    return button
  }

  #head({ name, title }, k) {
    const { column, descending } = this.#by
    const button = element('button', { type: 'button', class: 'plain', 'data-column': name }, title)
    button.addEventListener('click', () => {
      this.#by = { column: k, descending: column === k && !descending }
      this.#show()
    })
    return element('th', { scope: 'col', ...(column === k ? { 'aria-sort': descending ? 'descending' : 'ascending' } : {}) }, button)
  }

  /** The rows in order of a column; what is not known comes last. */
  #sorted() {
    const { column, descending } = this.#by
    const { of } = columns[column]
    const known = (row) => of(row) !== undefined && of(row) !== null && of(row) !== ''
    const compare = (a, b) => (typeof a === 'number' ? a - b : order.compare(a, b)) * (descending ? -1 : 1)
    return [...this.#rows.filter(known).sort((a, b) => compare(of(a), of(b))), ...this.#rows.filter((row) => !known(row))]
  }

  #record() {
    return [[...columns.map(({ name }) => name), 'error', 'model', ...kept], ...this.#sorted().map((row) => [...columns.map(({ of }) => of(row) ?? ''), row.error ?? '', row.recipe?.model.name ?? '', ...kept.map((name) => row.recipe?.attack[name] ?? '')])]
  }

  #numbers() {
    return { version: this.#lab.info.version, backend: this.#lab.info.backend, asked: this.#asked, scans: this.#sorted().map(({ name, slices, numbers, error, recipe }) => ({ name, slices, ...numbers, error: error || undefined, recipe })) }
  }
}

/** The later volumes of a row's file, as scans. */
function volumes({ scan, name, volumes = 1 }) {
  return Array.from({ length: volumes - 1 }, (_, k) => ({ ...scan, volume: k + 1, name: `${name}, volume ${k + 2}` }))
}

/** What a row says behind its name. */
function cells(row) {
  if (row.error) return [element('td', { colspan: columns.length - 1, class: 'note' }, row.error)]
  return columns.slice(1).map(({ of, show = String }) => element('td', {}, (of(row) ?? null) === null ? '' : show(of(row))))
}

function thumbnails({ name, pictures = {} }) {
  return Object.entries(pictures).map(([what, src]) => element('img', { src, width: 48, height: 48, alt: what === 'scan' ? `${name}, before` : `${name}, attacked` }))
}
