// The page: opens the laboratory, lets scans, models and choices in, and keeps the views and the address in step with them.

import { open } from '../segfault.js'
import * as address from './address.js'
import { AttackView } from './attack.js'
import { classesOf, ClassMasks } from './class-masks.js'
import { dial } from './dial.js'
import { ExportPanel } from './export.js'
import { files, isModel } from './files.js'
import { Loads } from './loads.js'
import { describeModel, showModels } from './models.js'
import { part } from './part.js'
import { privacy } from './privacy.js'
import { releasing } from './releasing.js'
import { sheet } from './sheet.js'
import { chosen, fill, meant, purpose, settings, showMasks, showSample, showSamples, showScan } from './settings.js'
import { complain, engine, offer, Progress, say, settle } from './status.js'
import { show, skip, views } from './views.js'
import { volumes } from './volumes.js'
import { complaint } from './words.js'

const query = new URLSearchParams(location.search)
const progress = new Progress()
const loads = new Loads(progress)
const epsilon = dial(() => changed(() => attack.refresh()))
epsilon.value = 0.009

let lab = null
let scan = null
/** Ends when the scan has been attacked, or that was given up. */
let attacked = null
/** Which sample the scan is, by name and seed; nothing of a scan from a file. */
let sample = {}
let view = 'attack'
/** The last result. */
let made = null

const keep = new ExportPanel(document.querySelector('#export'), progress)
const attack = new AttackView(progress, () => (view === 'attack' ? options() : null), () => purpose() === 'least', (fault) => keep.offer(lab, scan, (made = fault)))

/** The panel of a whole volume, which comes with the first scan that is one. */
let volume = null

async function wholly() {
  const { VolumePanel } = await part(import('./volume.js'))
  volume ??= new VolumePanel(document.querySelector('#volume'), progress, options, { opened: (choices) => follow(choices) })
  volume.offer(lab, scan)
}

/** Asks of a scan from a file whether the model can know it; of a sample that is known. */
let fitting = null
async function fit() {
  if (!scan || sample.sample) return fitting?.hide()
  const { Fitting } = await part(import('./fitting.js'))
  fitting ??= new Fitting()
  const model = described(chosen().model)
  if (!scan || sample.sample || !model) return fitting.hide()
  fitting.show(scan, model, lab.info.models, (name) => {
    fill({ model: name })
    chooseModel()
  })
}

/** The other views, each loaded when it is first shown. */
const others = new Map()
const makers = {
  compare: async () => new (await part(import('./compare.js'))).CompareView(progress, plainly, {
    turned(value) {
      epsilon.value = value
      changed()
    },
    opened: ({ model, loss, swapped }) => follow({ view: 'attack', purpose: 'paper', model, loss, swapped: swapped ? 'yes' : '' }),
  }),
  folder: async () => new (await part(import('./folder.js'))).FolderView(document.querySelector('#folder'), progress, options, {
    async opened({ files, volume, mask, target }) {
      const painted = chosen().label === 'painted'
      await loads.run(async (signal) => {
        await openers.scan(files, signal, volume)
        if (mask) await openers.truth(mask, signal)
        if (painted && target) await openers.target(target, signal)
      })
    },
  }),
  sweep: async () => new (await part(import('./sweep.js'))).SweepView(progress, plainly, { opened: (choices) => follow({ purpose: 'paper', ...choices }) }),
}

/** Those on their way, as one may be shown again before it is there. */
const coming = new Map()

/** Shows a view; what runs in another ends. */
async function visit(next) {
  view = next
  show(view)
  for (const [name, other] of others) if (name !== next) other.stop()
  if (next !== 'attack') volume?.pause()
  if (!makers[next] || others.has(next)) return
  if (!coming.has(next)) coming.set(next, makers[next]().finally(() => coming.delete(next)))
  others.set(next, await coming.get(next))
}

/** Leads from the view of a folder, where one scan is nowhere to be seen, to where it is. */
async function toBench() {
  if (view === 'folder') await visit('attack')
}

function options() {
  return { ...chosen(purpose() === 'strong' && epsilon.value === 0 ? null : undefined), epsilon: epsilon.value } // no step leads anywhere from ε = 0
}

/** The same of one step, as the views that compare take it. */
function plainly() {
  return { ...chosen(null), epsilon: epsilon.value }
}

/** Brings the address and the views up to date after a choice. */
function changed(update = () => attack.restart()) {
  const { slice, swapped, model, ...rest } = options()
  current = model
  address.write({
    view, ...sample, purpose: purpose(), ...rest,
    slice: scan?.slices > 1 ? slice : undefined,
    swapped: swapped ? 'yes' : '',
    model: described(model)?.own ? undefined : model, // its name is that of a file
  })
  for (const view of [...others.values(), volume]) view?.offer(lab, scan)
  fit().catch(complain)
  brush?.follow()
  return classMasks.follow(update)
}

const favourites = {} // the model that a person chose last of each task
const described = (name) => lab.info.models.find((model) => model.name === name)
const offered = (name) => lab.info.samples.find((sample) => sample.name === name)

/** Puts a newly loaded scan on the bench, at once and before anything is computed from it. */
async function place(next, name, signal, choices = {}) {
  next.slice = next.slices >> 1
  const picture = await lab.render(next, { pictures: ['scan'], outlines: ['truth', 'region', 'target'], own: true, model: chosen().model, slice: next.slice, signal }).catch(releasing(lab, next))
  const before = scan
  if (before) unveil()
  scan = next
  for (const id of ['#given', '.values']) document.querySelector(id)?.remove() // words on the scan before
  classMasks.clear()
  sample = name
  showScan(scan, sample.sample, lab.info)
  fill(choices)
  for (const view of others.values()) view.clear()
  if (scan.slices > 1 && !volume) wholly().catch(complain)
  attacked = attack.place(lab, scan, picture)
  changed(() => {})
  if (before) lab.release(before)
}

const openers = {
  scan: async (files, signal, volume = 0) => {
    loads.instead(signal)
    const next = await lab.load(files, { volume, signal, onProgress: (step) => progress.show(step) })
    await toBench()
    await place(next, {}, signal)
    volumes(scan, (chosen) => loads.run((signal) => openers.scan(files, signal, chosen)))
    await remember({ scan: files, volume })
  },
  truth: (files, signal, classes) => classMasks.add('truth', files, signal, classes),
  region: async (files, signal) => {
    await masked('region', () => lab.loadRegion(scan, files, { signal }))
    await remember({ region: { files } })
  },
  target: (files, signal, classes) => classMasks.add('target', files, signal, classes),
}

/** What a person opened can be opened again after a reload, but for masks of a sample. */
const remember = async (opened) => sample.sample || (await part(import('./again.js'))).keep(opened)

/** The masks whose values are classes of the model. */
const classMasks = new ClassMasks(loads, {
  model: () => described(chosen().model),
  load: (as, files, options) => lab[as === 'truth' ? 'loadTruth' : 'loadTarget'](scan, files, options),
  masked,
  opened: remember,
})

/** Opens it. */
function reopen({ scan: files, volume, ...masks }) {
  return loads.run(async (signal) => {
    await openers.scan(files, signal, volume)
    for (const [as, { files, classes, of }] of Object.entries(masks)) await openers[as](files, signal, of === classesOf(described(chosen().model)) ? classes : undefined)
  })
}

/** Takes what was given, of a kind that a person said, or of whatever kinds it is. */
let intake = null
async function take(kind, given) {
  if (kind === 'model') {
    const networks = given.filter(isModel)
    return networks.length ? networks.forEach((one) => own([one, ...given.filter((other) => !isModel(other))])) : own(given)
  }
  if (kind && kind !== 'scan') return loads.run((signal) => openers[kind](given, signal))
  intake ??= part(import('./intake.js')).then(({ Intake }) => new Intake({
    ...openers,
    model: own,
    load: (operation) => loads.run(operation),
    async look(files, signal) {
      const seen = await lab.load(files, { signal })
      lab.release(seen)
      return seen
    },
    inFolder: () => view === 'folder',
    async folder(scans) {
      settle()
      await follow({ view: 'folder' })
      others.get('folder').take(scans)
    },
    async recipe(recipe) {
      const { wanted, painted, said } = (await part(import('./recipe.js'))).choices(recipe, lab.info, scan)
      if (painted.length) await follow({ view: 'attack', model: wanted.model, sample: wanted.sample, seed: wanted.seed }) // to what they are painted on
      for (const stroke of painted) await brushed(stroke.as, () => lab.paint(scan, stroke))
      made = null
      await follow(wanted)
      await attacked
      say(said(made?.attack))
    },
  }), (error) => {
    intake = null
    throw error
  })
  return (await intake).take(given) // what waits for one promise goes on in order, and for two imports it need not
}

/** Changes a mask of the scan; its outline follows at once, and then what is computed with it. */
async function masked(as, change) {
  if (!scan) throw new Error('segfault: load a scan first, then its mask.')
  const { id } = scan
  attack.hush()
  const mask = await change().catch((error) => {
    attack.resume()
    throw error
  })
  if (scan.id !== id) return mask
  await toBench()
  const { model, slice } = chosen()
  const traced = await lab.render(scan, { outlines: ['truth', 'region', 'target'], model, slice })
  if (scan.id !== id) return mask
  scan = { ...scan, [as]: mask }
  if (as === 'target') fill({ purpose: mask ? 'target' : 'strong', label: 'painted' })
  showMasks(scan, lab.info)
  for (const view of others.values()) view.clear()
  if (scan.slices > 1 && !volume) wholly().catch(complain)
  attack.replace(scan, traced) // at once, so that numbers of the mask before never stand beside the new one
  changed(() => {})
  return mask
}

/** The same by the brush, which does not wait for an attack that will be void. */
async function brushed(as, change) {
  classMasks.forget(as) // its strokes are in no file
  const interrupted = attack.interrupt()
  try {
    return await masked(as, change)
  } catch (error) {
    if (interrupted) attack.refresh()
    throw error
  }
}

/** Opens the brush, which is loaded when it is first wanted, or puts it away. */
let brush = null
async function paint() {
  const button = document.querySelector('#paint')
  if (button.getAttribute('aria-expanded') === 'true') return brush.close()
  if (!scan) return
  const { Brush } = await part(import('./brush.js'))
  brush ??= new Brush(document.querySelector('#brush'), attack.glasses, {
    about: () => ({ scan, classes: described(chosen().model).classes, seeks: purpose() === 'target' }),
    paint: (stroke) => brushed(stroke.as, () => lab.paint(scan, { ...stroke, model: chosen().model, slice: chosen().slice })),
    undo: (as) => brushed(as, () => lab.unpaint(scan, { as })),
    reveal: (across, down) => attack.viewer.reveal(across, down),
    closed() {
      attack.viewer.hand(null)
      button.setAttribute('aria-expanded', false)
      if (!document.querySelector('#pair').matches(':focus')) button.focus() // where the brush was put away by its own button, which is gone
    },
  })
  attack.viewer.hand(brush)
  brush.open()
  button.setAttribute('aria-expanded', true)
  document.querySelector('#pair').focus()
}

/** Lets a visitor's own models in, one after another, as each is asked about. */
let asking = Promise.resolve()
function own(files) {
  return (asking = asking.then(async () => {
    try {
      settle()
      const { askFor } = await part(import('./checkpoint.js'))
      const model = await askFor(lab, files)
      if (!model) return
      showModels(lab.info, model.name)
      changed()
    } catch (error) {
      complain(error)
    }
  }))
}

/** The pictures shown until the engine has its own are of the first sample; of another scan they would be wrong. */
function unveil() {
  for (const poster of document.querySelectorAll('.poster')) poster.remove()
  document.querySelector('#outdated').textContent = ''
}

/** Says what the pictures are that stand there until others come, if they do. */
function posters(sentence) {
  if (document.querySelector('.poster')) document.querySelector('#outdated').textContent = sentence
}

/** The model of what is on the bench, while another sample is on its way. */
let current = null

/** Simulates a sample, and attacks it with a model that knows such scans; where it does not come the choices say again what is on the bench. */
async function pick(name, seed, choices) {
  const done = await loads.run(async (signal) => {
    loads.instead(signal)
    const { task } = offered(name)
    const { task: known, own } = described(chosen().model) ?? {}
    const better = described(favourites[task]) ?? lab.info.models.find((model) => model.task === task)
    if (known !== task && !own && better) showModels(lab.info, better.name)
    await place(await lab.sample(name, { seed, signal }), { sample: name, seed }, signal, choices)
    volumes(scan)
  })
  if (done || loads.any) return // another is on its way
  showSample(sample.sample)
  if (current) showModels(lab.info, current)
  if (scan && choices) return changed() // a link's, of which the address would say the sample that did not come
}

const sampleless = 'There is no sample of what this model segments. Open a scan of your own.'

/** A model of another task wants another sample; a scan from a file stays. */
function chooseModel() {
  describeModel(lab.info)
  const { task } = described(chosen().model)
  favourites[task] = chosen().model
  const other = lab.info.samples.find((other) => other.task === task)
  if (sample.sample && task && offered(sample.sample).task !== task) return other ? pick(other.name) : say(sampleless)
  return changed()
}

/** Does what an address asks for; what it does not say, or says wrongly, stays. */
async function follow({ view: wanted, sample: name, seed, epsilon: value, ...choices }) {
  await visit(views.includes(wanted) ? wanted : view)
  if (/\d/.test(value) && value >= 0 && value <= 1) epsilon.value = Number(value)
  fill({ ...choices, purpose: meant(choices) })
  describeModel(lab.info)
  const patient = /^\d+$/.test(seed) && Number.isSafeInteger(Number(seed)) ? Number(seed) : undefined
  if (offered(name) && (name !== sample.sample || patient !== sample.seed)) return pick(name, patient, choices)
  if (scan) return changed()
  const task = described(chosen().model)?.task
  const first = lab.info.samples.find((sample) => sample.task === task)
  await pick((first ?? lab.info.samples[0]).name, undefined, choices)
  if (!first && task && view !== 'folder') say(sampleless)
}

/** The engine has ended, and its results with it: by itself, or because cancelled work would not end otherwise. What was loaded is put back. */
async function reset(error) {
  volume?.clear()
  const there = await attack.again()
  if (error) say(there ? 'The engine had stopped, most likely for want of memory. It was started anew, with what you had loaded.' : complaint(error))
}

async function start() {
  const wanted = address.read()
  if (Object.keys(wanted).some((key) => key !== 'view')) unveil()
  posters('These pictures were made beforehand; the live ones are being computed.')
  show(views.includes(wanted.view) ? wanted.view : view)
  const stop = new AbortController()
  const begun = progress.begin(() => stop.abort(new DOMException('Cancelled.', 'AbortError')))
  progress.show({ stage: 'engine' })
  engine('busy')
  try {
    lab = await open({ backend: query.get('backend') ?? 'auto', signal: stop.signal, onReset: reset, onProgress: (step) => progress.show(step) })
  } finally {
    progress.end(begun)
  }
  engine('ready', lab.info)
  privacy(document.querySelector('#privacy'), () => lab.requests)
  showModels(lab.info)
  showSamples(lab.info, (name) => toBench().then(() => pick(name)).catch(complain))
  let backend = query.get('backend') ?? 'auto'
  const switched = () => {
    for (const input of document.querySelectorAll('[name=backend]')) input.checked = input.value === backend
  }
  switched()
  settings({
    model: chooseModel,
    backend: (wish) => loads.run(async (signal) => {
      try {
        await lab.use(wish, { signal, onProgress: (step) => progress.show(step) })
        backend = wish
      } finally {
        switched() // back, where it failed
      }
      engine('ready', lab.info)
      attack.afresh()
    }, false),
    other: () => changed(),
  })
  document.querySelector('#another').addEventListener('click', () => toBench().then(() => pick(sample.sample, Math.floor(Math.random() * 2 ** 31))).catch(complain))
  document.querySelector('#paint').addEventListener('click', () => paint().catch(complain))
  files((kind, given) => Promise.resolve(take(kind, given)).catch(complain), complain)
  address.watch((choices) => follow(choices).catch(complain))
  await follow(address.read()) // a link may have been followed since
  await attacked
  part(import('./again.js')).then(({ offer }) => offer(reopen), complain)
  part(import('./offline.js')).then(({ offline }) => offline(document.querySelector('#offline')), complain) // not before, so that it takes nothing from the first attack
}

/** Starts, and offers to start again where the engine did not get here. */
function launch() {
  settle()
  start().catch((error) => {
    engine('dead')
    posters('These pictures were made beforehand; nothing was computed here.')
    if (error.name === 'AbortError') say('The engine was not loaded.')
    else complain(error)
    if (!lab) offer('Load it', launch)
  })
}
document.documentElement.dataset.started = '' // for boot.js
sheet()
skip()
launch()
