// The view that attacks one scan with every model and every loss.

import { atOnce, batch, costOf } from './batch.js'
import { fold, offerModels, taskOf, ticked } from './chips.js'
import { asked } from './dial.js'
import { facts, fetching, meanOf, shortTitle } from './models.js'
import { Multiples, wanted } from './multiples.js'
import { both, bothSay, counted, percent, score } from './numbers.js'
import { differs, Outdated } from './outdated.js'
import { record } from './record.js'
import { releasing } from './releasing.js'
import { save } from './save.js'
import { said } from './settings.js'
import { engine } from './status.js'
import { csv, fillTable } from './table.js'
import { capital, compared, measure, partly } from './words.js'

const $ = (id) => document.querySelector(id)

/** A loss as the title of a column. */
export const lossTitle = ({ loss, swapped }) => `${$(`#loss [value='${loss}']`)?.text ?? loss}${swapped ? `, ${said('swapped', 'yes')}` : ''}`

export class CompareView {
  #form = $('#compare-ask')
  #multiples = new Multiples($('#matrix'))
  #progress
  #options
  #opened
  #lab
  #scan
  #stop = new AbortController()
  #results = []
  #transfers = []
  #asked = null
  #outdated = new Outdated($('#compare-result'), $('#compare-outdated'))

  /**
   * options() gives what lab.attack takes. turned(epsilon) is called when a person wants another ε, and opened(choices) when
   * one wants to see an attack alone.
   */
  constructor(progress, options, { turned, opened }) {
    this.#progress = progress
    this.#options = options
    this.#opened = opened
    this.#form.addEventListener('input', ({ target }) => {
      if (target.name === 'epsilon') {
        const epsilon = asked(target, this.#options().epsilon)
        if (epsilon !== null) turned(epsilon)
      }
      this.#explain()
    })
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      this.#run()
    })
    $('#compare-close').addEventListener('change', ({ target }) => (this.#multiples.close = target.checked))
    $('#compare-csv').addEventListener('click', () => save('segfault-compare.csv', 'text/csv', csv(record(this.#results.filter(Boolean)))))
    $('#transfer-csv').addEventListener('click', () => save('segfault-transfer.csv', 'text/csv', csv([transferred, ...this.#transfers.map(cells)])))
  }

  /** Offers what there is to compare now. */
  offer(lab, scan) {
    this.#lab = lab
    this.#scan = scan
    const { model, epsilon } = this.#options()
    offerModels($('#compare-models'), lab.info.models, taskOf(lab.info, model, scan))
    const field = this.#form.elements.epsilon
    if (field.valueAsNumber !== epsilon) field.value = epsilon // which is not to be written anew while it is being typed
    asked(field, epsilon)
    this.#explain()
    this.#date()
    if (!this.#asked) stored($('#compare-stored'), lab.info.models.filter(({ name }) => ticked(this.#form, 'model').includes(name)))
  }

  /** Ends what is under way; what has come so far stays. */
  stop() {
    this.#stop.abort(new DOMException('The view was left.', 'AbortError'))
  }

  /** Results belong to a scan; of another there are none yet. */
  clear() {
    this.stop()
    this.#asked = null
    $('#compare-result').hidden = true
    $('#compare-choices').open = true
  }

  /** Says where the results are not of the settings of now. */
  #date() {
    const old = this.#asked && differs(this.#asked, this.#options(), 'model', 'loss', 'swapped')
    this.#outdated.say(old ? 'What is shown is of the settings before; press Attack for those of now.' : '')
  }

  #models() {
    const chosen = ticked(this.#form, 'model')
    const models = this.#lab.info.models.filter(({ name }) => chosen.includes(name))
    return this.#also('mean') && models.length > 1 ? [...models, meanOf(models)] : models
  }

  /** Whether several models are to be attacked at once in a way. */
  #also(way) {
    return ticked(this.#form, 'also').includes(way)
  }

  #losses() {
    return ticked(this.#form, 'order').flatMap((order) => ticked(this.#form, 'loss').map((loss) => ({ loss, swapped: order === 'yes' })))
  }

  /** Says what is chosen, and what it costs. */
  #explain() {
    const models = this.#models()
    const losses = this.#losses()
    const count = models.length * losses.length
    $('#compare-choices summary').textContent = `${counted(models.length, 'model')}, ${counted(losses.length, 'loss', 'losses')}`
    $('#compare-cost').textContent = count ? `${counted(count, 'attack')}; ${fetching(models)}.` : 'Choose at least one model, one loss and one order.'
    this.#form.querySelector('[type=submit]').disabled = !count
  }

  async #run() {
    const [lab, scan, options, models, losses] = [this.#lab, this.#scan, this.#options(), this.#models(), this.#losses()]
    this.#stop.abort()
    const stop = (this.#stop = new AbortController())
    const results = (this.#results = []) // in their order, with holes where one has not come
    const noise = [] // of each model
    this.#asked = options
    this.#date()
    $('#compare-result').hidden = false
    stored($('#compare-stored'))
    $('#compare-finding').textContent = ''
    this.#multiples.begin(models.map((model) => ({ title: shortTitle(model), facts: facts(model) })), ['Untouched', ...losses.map(lossTitle)])
    tabulate(models, losses, results, noise)
    this.#transfers = []
    for (const part of [$('#transfer-table').parentElement, $('#transfer-csv')]) part.hidden = true
    engine('busy', lab.info)
    const jobs = models.flatMap((model, row) => losses.map((loss, column) => async (call) => {
      const asked = { ...options, ...loss, model: model.name }
      const fault = await lab.attack(scan, { ...asked, ...call })
      const rendered = await lab.render(fault, { ...wanted, signal: call.signal }).catch(releasing(lab, fault))
      if (!column) [noise[row]] = (await lab.beside(fault, { signal: call.signal }).catch(releasing(lab, fault))).controls
      lab.release(fault)
      results[row * losses.length + column] = { ...fault.attack, about: model, metrics: fault.metrics }
      this.#multiples.show(row, column + 1, rendered, fault.metrics.dice, model.of ? null : () => this.#opened(asked))
      tabulate(models, losses, results, noise)
    }))
    if (this.#also('transfer') && models.length > 1) jobs.push((call) => this.#transfer(lab, scan, { ...options, ...losses[0] }, models, stop, call))
    await batch(jobs, this.#progress, stop, atOnce(lab.info), (index) => costOf(models[Math.floor(index / losses.length) % models.length]))
    if (stop !== this.#stop) return // another run has begun
    engine('ready', lab.info)
    if (!stop.signal.aborted) fold($('#compare-choices')) // what was compared is said by its rows and columns
    const told = results.filter(Boolean)
    if (!told.length) return
    const summary = await lab.summary({ attacks: told.map((one) => ({ model: one.model, how: lossTitle(one), union: one.metrics.dice.union, true: one.metrics.dice.true, linf: one.metrics.linf })) })
    if (stop === this.#stop) $('#compare-finding').textContent = compared(summary, told[0].metrics.reference) + partly(told.length, models.length * losses.length)
  }

  /** What every model makes of the attack on each, with the first of the losses. */
  async #transfer(lab, scan, { model, ...how }, models, stop, call) {
    const { rows, chance } = await lab.transfer(scan, { ...how, models: models.map(({ name }) => name), ...call })
    if (stop !== this.#stop) return
    this.#transfers = rows
    for (const part of [$('#transfer-table').parentElement, $('#transfer-csv')]) part.hidden = false
    $('#transfer-caption').textContent = `${capital(measure(scan.truth ? 'truth' : 'prediction'))} of every model (columns) under the attack on each (rows), ${lossTitle(how)}; ${bothSay}`
    const of = (a, b) => rows.find(({ crafted, judged }) => crafted === a.name && judged === b.name)
    fillTable($('#transfer-table'), ['crafted on', ...models.map(shortTitle)], [
      ['untouched', ...models.map((judge) => of(judge, judge)).map(({ union, true: own }) => both(union.before, own.before))],
      ['as much noise', ...chance.map(({ union, true: own }) => both(union.after, own.after))],
      ...models.map((one) => [shortTitle(one), ...models.map((judge) => of(one, judge)).map(({ union, true: own }) => both(union.after, own.after))]),
    ])
  }
}

const transferred = ['crafted', 'judged', 'dice_before', 'dice_after', 'true_class_before', 'true_class_after', 'ending']

const cells = ({ crafted, judged, union, true: own, ending }) => [crafted, judged, union.before, union.after, own.before, own.after, ending]

/** What the build has of models, to be seen before there are results of this scan; nothing of none. */
function stored(box, models = []) {
  const known = models.filter(({ lost }) => lost !== undefined)
  box.hidden = !known.length
  if (!known.length) return
  fillTable(box.querySelector('table'), ['Model', 'Dice, untouched', 'found before, and lost'], known.map((model) => [shortTitle(model), score(model.dice), percent.format(model.lost)]))
}

/** The Dice of every attack, models by losses, and beside them that of as much noise. */
function tabulate(models, losses, results, noise) {
  const { epsilon, scheme, metrics } = results.find(Boolean) ?? {}
  $('#compare-caption').textContent = results.length ? `${capital(measure(metrics.reference))}, ε = ${epsilon}, change ${said('scheme', scheme)}; ${bothSay}` : 'Dice'
  fillTable($('#compare-table'), ['Model', 'untouched', 'as much noise', ...losses.map(lossTitle)], models.map((model, row) => {
    const of = results.filter(({ about }) => about === model)
    const told = (result, when) => (result ? both(result.metrics.dice.union[when], result.metrics.dice.true[when]) : '')
    const after = losses.map(({ loss, swapped }) => told(of.find((result) => result.loss === loss && result.swapped === swapped), 'after'))
    return [shortTitle(model), told(of[0], 'before'), told(noise[row], 'after'), ...after]
  }))
}
