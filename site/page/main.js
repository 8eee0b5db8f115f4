// The page: opens the laboratory, and runs one attack after another as the person turns the dial.

import { open } from '../segfault.js'
import { dial } from './dial.js'
import { files } from './files.js'
import { share } from './numbers.js'
import { clear, report } from './report.js'
import { chosen, describeModel, settings, showModels, showSamples, showScan } from './settings.js'
import { complain, engine, Progress, settle } from './status.js'
import { wanted, wells } from './wells.js'

const query = new URLSearchParams(location.search)
const progress = new Progress()
const glass = wells()
const epsilon = dial(refresh)
epsilon.value = 0.009

let lab = null
let scan = null
let sample = null
let fault = null

/** The attack under way, and whether something changed since it began. */
let running = null
let stale = false

/** Brings the page up to date. While one attack runs, later changes wait, and only the last of them is computed. */
async function refresh() {
  if (!scan) return
  stale = true
  if (running) return
  while (stale) {
    stale = false
    running = new AbortController()
    await attack(running.signal)
    running = null
  }
}

/** What makes the attack under way pointless: another scan, slice, model or option. Another ε lets it finish. */
function restart() {
  running?.abort(new DOMException('Replaced by a later choice.', 'AbortError'))
  refresh()
}

async function attack(signal) {
  progress.begin(() => running.abort(new DOMException('Cancelled.', 'AbortError')))
  engine('busy', lab.info)
  const options = { ...chosen(), epsilon: epsilon.value, signal, onProgress: (step) => progress.show(step) }
  try {
    const next = await lab.attack(scan, options)
    const rendered = await lab.render(next, wanted)
    settle()
    glass.draw(rendered, report(next))
    showScale(rendered.scale)
    if (fault) lab.release(fault)
    fault = next
  } catch (error) {
    if (error.name !== 'AbortError') complain(error)
  } finally {
    progress.end()
    engine('ready', lab.info, fault?.milliseconds.total)
  }
}

function showScale(scale) {
  const [low, high] = document.querySelectorAll('#scale-perturbation span')
  low.textContent = `−${share.format(scale)}`
  high.textContent = `+${share.format(scale)}`
}

/** Runs one operation that loads something; on failure everything stays as it was. */
async function loading(operation) {
  progress.begin()
  try {
    settle()
    await operation()
  } catch (error) {
    complain(error)
  } finally {
    progress.end()
  }
}

/** Puts a newly loaded scan on the bench, at once and before anything is computed from it. */
async function place(next, name) {
  next.slice = next.slices >> 1
  const picture = await lab.render(next, { pictures: ['scan'], outlines: ['truth'], model: chosen().model, slice: next.slice })
  const before = [scan, fault].filter(Boolean)
  scan = next
  sample = name
  fault = null
  clear()
  showScan(scan, sample)
  glass.draw(picture)
  restart()
  lab.release(...before)
}

const openers = {
  scan: async (file) => place(await lab.load(file), null),
  truth: async (file) => {
    if (!scan) throw new Error('segfault: load a scan first, then its truth mask.')
    scan = { ...scan, truth: await lab.loadTruth(scan, file, { model: chosen().model }) }
    showScan(scan, sample)
    restart()
  },
  model: async (file) => {
    const model = await lab.loadModel(file)
    showModels(lab.info, model.name)
    restart()
  },
}

function pick(name, seed) {
  return loading(async () => place(await lab.sample(name, { seed }), name))
}

async function start() {
  progress.begin()
  engine('busy')
  lab = await open({ backend: query.get('backend') ?? 'auto', onProgress: (step) => progress.show(step) })
  progress.end()
  engine('ready', lab.info)
  showModels(lab.info)
  showSamples(lab.info, (name) => pick(name))
  for (const input of document.querySelectorAll('[name=backend]')) input.checked = input.value === (query.get('backend') ?? 'auto')
  settings(() => {
    describeModel(lab.info)
    restart()
  }, (backend) => loading(async () => {
    await lab.use(backend, { onProgress: (step) => progress.show(step) })
    engine('ready', lab.info)
    restart()
  }))
  document.querySelector('#another').addEventListener('click', () => pick(sample, Math.floor(Math.random() * 2 ** 31)))
  files((kind, file) => loading(() => openers[kind](file)))
  await pick(lab.info.samples[0].name)
}

start().catch((error) => {
  progress.end()
  engine('dead')
  complain(error)
})
