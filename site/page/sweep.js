// The view that sweeps ε: how much change it takes to break each model on this scan.

import { atOnce, batch, costOf } from './batch.js'
import { fold, offerModels, taskOf, ticked } from './chips.js'
import { fetching, shortTitle } from './models.js'
import { counted, score, three } from './numbers.js'
import { differs, Outdated } from './outdated.js'
import { part } from './part.js'
import { record } from './record.js'
import { save } from './save.js'
import { complain, engine } from './status.js'
import { csv, fillTable } from './table.js'
import { capital, measure, partly, swept } from './words.js'

const $ = (id) => document.querySelector(id)
const steps = 20

export class SweepView {
  #form = $('#sweep-ask')
  #progress
  #options
  #lab
  #scan
  #stop = new AbortController()
  #curves = []
  #asked = null
  #outdated = new Outdated($('#sweep-result'), $('#sweep-outdated'))
  #epsilons = []
  #cursor = 0
  #parts = null
  #plot = null

  /** options() gives what lab.attack takes; opened(choices) is called when a person wants to see an attack alone. */
  constructor(progress, options, { opened }) {
    this.#progress = progress
    this.#options = options
    this.#form.addEventListener('input', () => this.#explain())
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      this.#run().catch(complain)
    })
    $('#sweep-open').addEventListener('click', () => opened({ view: 'attack', epsilon: this.#epsilons[this.#cursor] }))
    $('#sweep-csv').addEventListener('click', () => save('segfault-sweep.csv', 'text/csv', csv(record(this.#curves.flatMap(({ results }) => results.filter(Boolean))))))
    $('#sweep-svg').addEventListener('click', () => save('segfault-sweep.svg', 'image/svg+xml', this.#parts.svgFile((box) => this.#plotIn(box).svg)))
  }

  /** Offers what there is to sweep now. */
  offer(lab, scan) {
    this.#lab = lab
    this.#scan = scan
    const { model } = this.#options()
    const task = taskOf(lab.info, model, scan)
    offerModels($('#sweep-models'), lab.info.models, task)
    this.#explain()
    this.#date()
    if (!this.#asked) this.#stored(task)
  }

  /** Shows what the build has of a task, before there are results of this scan: the study's plot, where the site has one. */
  #stored(task) {
    const box = $('#sweep-stored')
    const image = box.querySelector('img')
    const address = `study/${task}-epsilon.svg`
    const there = box.dataset.plots.split(' ').includes(task) && !globalThis.inlined
    if (there && image.getAttribute('src') === address) return
    box.hidden = true
    if (!there) return
    image.onload = () => (box.hidden = Boolean(this.#asked))
    image.src = address
  }

  /** Ends what is under way; what has come so far stays. */
  stop() {
    this.#stop.abort(new DOMException('The view was left.', 'AbortError'))
  }

  /** Results belong to a scan; of another there are none yet. */
  clear() {
    this.stop()
    this.#asked = null
    $('#sweep-result').hidden = true
    $('#sweep-choices').open = true
  }

  /** Says where the results are not of the settings of now. */
  #date() {
    const old = this.#asked && differs(this.#asked, this.#options(), 'model', 'epsilon')
    this.#outdated.say(old ? 'What is shown is of the settings before; press Sweep for those of now.' : '')
  }

  #models() {
    const chosen = ticked(this.#form, 'model')
    return this.#lab.info.models.filter(({ name }) => chosen.includes(name))
  }

  #explain() {
    const models = this.#models()
    $('#sweep-choices summary').textContent = counted(models.length, 'model')
    $('#sweep-cost').textContent = models.length ? `${models.length * (steps + 1)} attacks; ${fetching(models)}.` : 'Choose at least one model.'
    this.#form.querySelector('[type=submit]').disabled = !models.length
  }

  async #run() {
    const [lab, scan, options, models] = [this.#lab, this.#scan, this.#options(), this.#models()]
    this.#stop.abort()
    const stop = (this.#stop = new AbortController())
    const top = Number(this.#form.elements.top.value)
    const epsilons = Array.from({ length: steps + 1 }, (_, i) => Number(((top * i) / steps).toPrecision(6)))
    const curves = models.map((about) => ({ about, results: [] }))
    this.#epsilons = epsilons
    this.#curves = curves
    this.#asked = options
    this.#date()
    $('#sweep-result').hidden = false
    $('#sweep-stored').hidden = true
    $('#sweep-finding').textContent = ''
    $('#sweep-note').hidden = options.on !== 'scan'
    $('#sweep-caption').textContent = `${this.#measure} after the attack`
    this.#at(epsilons.filter((epsilon) => epsilon <= options.epsilon).length - 1)
    await this.#prepare()
    this.#show()
    engine('busy', lab.info)
    await batch(curves.flatMap(({ about, results }) => epsilons.map((epsilon, i) => async (call) => {
      const fault = await lab.attack(scan, { ...options, model: about.name, epsilon, ...call })
      lab.release(fault)
      results[i] = { ...fault.attack, about, metrics: fault.metrics }
      this.#show()
    })), this.#progress, stop, atOnce(lab.info), (index) => costOf(models[Math.floor(index / epsilons.length)]))
    if (stop !== this.#stop) return // another run has begun
    engine('ready', lab.info)
    if (!stop.signal.aborted) fold($('#sweep-choices')) // what was swept is said by the plot's legend
    const told = curves.flatMap(({ results }) => results.filter(Boolean)).length
    if (told) $('#sweep-finding').textContent = swept(curves) + partly(told, curves.length * epsilons.length)
  }

  /** The plot and the library that it takes are loaded when they are first wanted. */
  async #prepare() {
    const [{ LinePlot }, { svgFile }] = await part(Promise.all([import('./plot.js'), import('./picture-file.js')]))
    this.#parts = { LinePlot, svgFile }
    this.#plot = this.#plotIn($('#sweep-plot'))
  }

  /** A plot of the curves in a box. */
  #plotIn(box) {
    const plot = new this.#parts.LinePlot(box, {
      x: { title: 'ε, as a share of the grey range', symbol: 'ε' },
      y: { title: this.#measure, domain: [0, 1] },
      threshold: { value: 0.5, title: 'below this the attack succeeds' },
    }, (index) => this.#at(index))
    plot.show(this.#epsilons, this.#lines(), this.#cursor)
    return plot
  }

  get #measure() {
    return capital(measure(this.#scan.truth ? 'truth' : 'prediction'))
  }

  /** Which ε the cursor is at. */
  #at(index) {
    this.#cursor = index
    $('#sweep-open').textContent = `See the attack with ε = ${this.#epsilons[index]}`
  }

  /** A line a model, and another where the true class's Dice is not that of all classes. */
  #lines() {
    return this.#curves.flatMap(({ about, results }) => {
      const line = (title, of) => ({ title, ys: this.#epsilons.map((_, i) => results[i]?.metrics.dice[of].after ?? undefined) })
      const [union, own] = [line(shortTitle(about), 'union'), line(`${shortTitle(about)}, true class`, 'true')]
      return union.ys.some((y, i) => score(y) !== score(own.ys[i])) ? [union, own] : [union]
    })
  }

  #show() {
    const lines = this.#lines()
    this.#plot.show(this.#epsilons, lines, this.#cursor)
    fillTable($('#sweep-table'), ['ε', ...lines.map(({ title }) => title)], this.#epsilons.map((epsilon, i) => [
      epsilon, ...lines.map(({ ys }) => (ys[i] === undefined ? '' : three.format(ys[i]))),
    ]))
  }
}
