// Helpers of an engine, without a browser: who is started, what they are given, and their end.

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Worker } from './worker.js'

let workers = [] // that a test has started
let does = (worker, { number }, answer) => answer({ ok: true, result: { number } }) // with a task

class Helping extends Worker {
  #listeners = []

  constructor(url, { name }) {
    super()
    this.name = name
    workers.push(this)
  }

  addEventListener(_, listener) {
    this.#listeners.push(listener)
  }

  say(data) {
    super.say(data)
    for (const listener of this.#listeners) listener({ data: structuredClone(data) })
  }

  heard({ id, method, params }) {
    setImmediate(() => {
      if (method === 'compute') return does(this, params, (answer) => this.say({ id, ...answer }))
      if (method !== 'release') return
      this.say({ held: true })
      this.say({ id, ok: true, result: null })
    })
  }

  /** It has ended, as the browser tells. */
  gone() {
    this.released()
  }
}

Object.defineProperty(globalThis, 'navigator', { value: {
  hardwareConcurrency: 3, deviceMemory: 2, locks: { request: (name, gone) => (workers.find((worker) => worker.name === name).released = gone) },
} })
globalThis.Worker = Helping
globalThis.postMessage = () => {}

mock.timers.enable({ apis: ['setTimeout'] })

const engine = { module: 'compiled', release: { version: '1' } }
const none = () => {}
const mega = 2 ** 20

/** The module as it is at first. */
let fresh = 0
function pool() {
  workers = []
  return import(`../../site/engine/pool.js?${++fresh}`)
}

/** With a helper. */
async function helped() {
  const helpers = await pool()
  await helpers.wake(engine, 0, mega)
  return helpers
}

const help = ({ help }, { settle = none, progress = none, signal } = {}) => help(engine, 0, mega, { model: 'small' }, settle, progress, signal)
const tasks = ({ sent }) => sent.filter(({ method }) => method === 'compute').map(({ params }) => params)

/** Sets what helpers do with tasks until a test has ended. */
function doing(t, doing) {
  const before = does
  does = doing
  t.after(() => (does = before))
}

test('a helper is started once, and given the engine before its tasks', async () => {
  const helpers = await helped()
  assert.deepEqual(await help(helpers), { number: 1 })
  assert.deepEqual(await help(helpers), { number: 2 })
  assert.equal(workers.length, 1)
  assert.match(workers[0].name, / helper$/)
  assert.deepEqual(workers[0].sent[0], engine)
  assert.deepEqual(tasks(workers[0]), [{ model: 'small', number: 1 }, { model: 'small', number: 2 }])
})

test('there are no more helpers than processors beside the first', async () => {
  const { wake } = await pool()
  await wake(engine, 1, mega)
  await assert.rejects(wake(engine, 2, mega), /no more/)
  assert.equal(workers.length, 1)
})

test('helpers take no more than half of the memory', async () => {
  const { wake } = await pool()
  await wake(engine, 0, 1024 * mega)
  await assert.rejects(wake(engine, 1, 1024 * mega), /no more/)
  await assert.rejects(wake(engine, 0, 1025 * mega), /no more/)
  assert.equal(workers.length, 1)
})

test('a helper that has ended over a task gives null, and the next task has another', async (t) => {
  const helpers = await helped()
  doing(t, (worker, { number }, answer) => (worker === workers[0] ? worker.gone() : answer({ ok: true, result: { number } })))
  assert.equal(await help(helpers), null)
  assert.deepEqual(await help(helpers), { number: 2 })
  assert.equal(workers.length, 2)
})

test('a task is given at once, since the engine goes on computing and hears of no promise meanwhile', async () => {
  const helpers = await helped()
  const task = help(helpers)
  assert.equal(tasks(workers[0]).length, 1)
  await task
})

test('a helper that cannot be there again gives undefined', async (t) => {
  const helpers = await helped()
  doing(t, (worker) => worker.gone())
  await help(helpers)
  assert.equal(await helpers.help(engine, 0, 1025 * mega, {}, none, none), undefined)
})

test('all tasks of a helper that has ended give null', async (t) => {
  const helpers = await helped()
  doing(t, (worker, { number }) => number === 2 && worker.gone())
  assert.deepEqual(await Promise.all([help(helpers), help(helpers)]), [null, null])
})

test('what a helper refuses is refused', async (t) => {
  const helpers = await helped()
  doing(t, (worker, task, answer) => answer({ ok: false, error: 'segfault: it fails', code: 'file' }))
  await assert.rejects(help(helpers), { message: 'segfault: it fails', code: 'file' })
})

test('a helper asks for what becomes of a moved image, and tells how far it is', async (t) => {
  const helpers = await helped()
  doing(t, (worker, { number }, answer) => {
    answer({ progress: { stage: 'step', done: 1, total: 3 } })
    worker.say({ settle: number, moved: [1, 2] })
    answer({ ok: true, result: worker.sent.at(-1) })
  })
  const steps = []
  const asks = { settle: (moved) => moved.map((v) => 10 * v), progress: (...step) => steps.push(step) }
  assert.deepEqual(await help(helpers, asks), { settled: 1, image: [10, 20] })
  assert.deepEqual(await help(helpers, { ...asks, settle: () => 'it is gone' }), { settled: 2, error: 'it is gone' })
  assert.deepEqual(steps, [['step', 1, 3], ['step', 1, 3]])
})

test('a task that is cancelled is cancelled at the helper', async (t) => {
  const helpers = await helped()
  const stop = new AbortController()
  doing(t, () => stop.abort())
  const task = help(helpers, { signal: stop.signal })
  await assert.rejects(task, { code: 'cancelled' })
  assert.equal(workers[0].sent.at(-1).method, 'cancel')
})

test('a helper hears when the best until then is enough', async (t) => {
  const helpers = await helped()
  doing(t, (worker, task, answer) => {
    for (const done of [1, 2]) answer({ progress: { stage: 'step', done, total: 9 } })
    answer({ ok: true, result: worker.sent.map(({ method }) => method) })
  })
  const asked = await help(helpers, { progress: (stage, done) => done === 2 })
  assert.deepEqual(asked.slice(-2), ['compute', 'enough'])
})

test('a helper without work is ended after a while, and the next task has another', async () => {
  const helpers = await helped()
  await help(helpers)
  mock.timers.tick(59_000)
  await help(helpers)
  mock.timers.tick(59_000)
  assert.equal(workers[0].ended, false)
  mock.timers.tick(1_000)
  await null
  assert.equal(workers[0].ended, true)
  await help(helpers)
  assert.equal(workers.length, 2)
})
