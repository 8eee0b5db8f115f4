// One worker's life, as its page sees it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Again, Link } from '../../site/engine/link.js'
import { Worker } from './worker.js'

const soon = { cancelled: 50, silent: 200 }
const stopped = /^Error: segfault: the engine has stopped, most likely for want of memory; with the next call it starts anew, with what was loaded\.$/

/** A link to a worker, and how it is told to have ended. */
function linked() {
  const worker = new Worker()
  const ends = []
  const link = new Link((gone) => ((worker.gone = gone), worker), { ended: (error) => ends.push(error), requests() {} }, soon)
  return { worker, link, ends }
}


test('a call is answered, and its progress told', async () => {
  const { worker, link } = linked()
  const steps = []
  const call = link.call('load', { files: [] }, { onProgress: (step) => steps.push(step) })
  assert.deepEqual(worker.sent, [{ id: 1, method: 'load', params: { files: [] } }])
  worker.say({ id: 1, begun: true })
  worker.say({ id: 1, progress: { stage: 'decoder' } })
  worker.say({ id: 1, ok: true, result: { id: 7 } })
  assert.deepEqual(await call, { id: 7 })
  assert.deepEqual(steps, [{ stage: 'decoder' }])
})

test('a failure is a sentence and a code', async () => {
  const { worker, link } = linked()
  const call = link.call('attack', {})
  worker.say({ id: 1, ok: false, error: 'segfault: full', code: 'room' })
  await assert.rejects(call, { message: 'segfault: full', code: 'room' })
})

test('whatever ends a worker has a code', async () => {
  for (const [end, code] of [
    [({ worker }) => worker.gone(), 'room'],
    [({ worker }) => worker.onmessageerror(), 'room'],
    [({ worker }) => worker.onerror({ preventDefault() {} }), 'device'],
    [({ worker }) => worker.say({ ended: 'segfault: no release.json', code: 'network' }), 'network'],
    [({ worker }) => worker.say({ ended: 'segfault: x is undefined' }), 'bug'],
    [({ worker }) => worker.say({ ended: '' }), 'room'],
  ]) {
    const one = linked()
    const call = one.link.call('attack', {})
    end(one)
    await assert.rejects(call, { code })
  }
})

test('a call that its signal ends is cancelled, with the signal’s reason', async () => {
  const { link } = linked()
  const stop = new AbortController()
  const [under, later] = [link.call('attack', {}, { signal: stop.signal }), () => link.call('attack', {}, { signal: stop.signal })]
  stop.abort()
  for (const call of [under, later()]) {
    await assert.rejects(call, (error) => error === stop.signal.reason && error.name === 'AbortError' && error.code === 'cancelled')
  }
  await assert.rejects(link.call('attack', {}, { signal: AbortSignal.abort('enough') }), (reason) => reason === 'enough')
})

for (const [method, result] of [['attack', { id: 7 }], ['least', { fault: { id: 7 }, epsilon: 0.01 }]]) {
  test(`what a cancelled call of ${method} comes to all the same is released`, async () => {
    const { worker, link } = linked()
    const stop = new AbortController()
    const call = link.call(method, {}, { signal: stop.signal })
    stop.abort()
    await assert.rejects(call)
    worker.say({ id: 1, ok: true, result })
    assert.deepEqual(worker.sent.at(-1), { id: 2, method: 'release', params: { ids: [7] } })
  })
}

test('a cancelled call that comes to nothing has nothing to be released', async () => {
  const { worker, link } = linked()
  const stop = new AbortController()
  const call = link.call('render', {}, { signal: stop.signal })
  stop.abort()
  await assert.rejects(call)
  worker.say({ id: 1, ok: true, result: { pictures: {} } })
  assert.equal(worker.sent.at(-1).method, 'cancel')
})

test('a worker that vanishes rejects what was asked of it, and later calls go to another', async () => {
  const { worker, link, ends } = linked()
  const [one, other] = [link.call('attack', {}), link.call('render', {})]
  worker.gone()
  await assert.rejects(one, stopped)
  await assert.rejects(other, stopped)
  assert.match(String(ends), stopped)
  await assert.rejects(link.call('attack', {}), Again)
})

test('an engine that ends in a sentence rejects with it', async () => {
  const { worker, link } = linked()
  const call = link.call('open', {})
  worker.say({ ended: 'segfault: engine/segfault.wasm could not be fetched.' })
  await assert.rejects(call, /^Error: segfault: engine\/segfault\.wasm could not be fetched\.$/)
  assert.ok(worker.ended)
})

test('a script that cannot be loaded is an old browser’s, or a host’s that has none', async () => {
  const { worker, link } = linked()
  const call = link.call('open', {})
  worker.onerror({ preventDefault() {} })
  await assert.rejects(call, /could not be started; reload the page, and use a browser of 2023 or later/)
})

test('a script that throws later has stopped', async () => {
  const { worker, link } = linked()
  const call = link.call('open', {})
  worker.say({ here: true })
  worker.onerror({ preventDefault() {} })
  await assert.rejects(call, stopped)
})

test('a message that cannot be read ends the worker', async () => {
  const { worker, link } = linked()
  const call = link.call('open', {})
  worker.onmessageerror()
  await assert.rejects(call, stopped)
})

test('a silent worker without a lock is asked for a sign of life, and goes on if there is one', async () => {
  const { worker, link, ends } = linked()
  let asked = 0
  worker.heard = ({ asked: question }) => {
    if (!question) return
    if (++asked < 6) setImmediate(() => worker.say({ here: true }))
    else worker.say({ id: 1, ok: true, result: null })
  }
  await link.call('attack', {})
  assert.equal(asked, 6)
  assert.deepEqual(ends, [])
})

test('a worker without a lock that stays silent has ended', async () => {
  const { worker, link } = linked()
  await assert.rejects(link.call('attack', {}), stopped)
  assert.equal(worker.sent.filter(({ asked }) => asked).length, 3)
})

test('a worker with a lock may be silent for as long as it likes', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { worker, link, ends } = linked()
  const call = link.call('load', {})
  worker.say({ held: true })
  t.mock.timers.tick(1e9)
  assert.deepEqual(ends, [])
  worker.say({ id: 1, ok: true, result: 1 })
  assert.equal(await call, 1)
})

test('cancelled work that ends in time lets its worker live', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { worker, link, ends } = linked()
  const stop = new AbortController()
  const call = link.call('attack', {}, { signal: stop.signal })
  worker.say({ held: true })
  worker.say({ id: 1, begun: true })
  stop.abort()
  await assert.rejects(call, { name: 'AbortError' })
  assert.deepEqual(worker.sent.at(-1), { id: 1, method: 'cancel' })
  worker.say({ id: 1, ok: false, error: 'segfault: cancelled' })
  t.mock.timers.tick(1e9)
  assert.deepEqual(ends, [])
})

test('cancelled work that does not end is ended with its worker, and another does what else was asked', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { worker, link, ends } = linked()
  const stop = new AbortController()
  const call = link.call('load', {}, { signal: stop.signal })
  const other = link.call('render', {})
  worker.say({ id: 1, begun: true })
  stop.abort()
  t.mock.timers.tick(soon.cancelled)
  t.mock.timers.tick(50)
  await assert.rejects(call, { name: 'AbortError' })
  await assert.rejects(other, Again)
  assert.ok(worker.ended)
  assert.deepEqual(ends, [null])
})

test('a cancelled call that waits for its turn ends nobody’s work', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { worker, link, ends } = linked()
  worker.say({ held: true })
  const stop = new AbortController()
  const busy = link.call('load', {})
  worker.say({ id: 1, begun: true })
  const waiting = link.call('render', {}, { signal: stop.signal })
  stop.abort()
  await assert.rejects(waiting, { name: 'AbortError' })
  t.mock.timers.tick(1e9)
  assert.deepEqual(ends, [])
  worker.say({ id: 1, ok: true, result: 'loaded' })
  assert.equal(await busy, 'loaded')
})

test('a cancelled call whose turn comes all the same is ended if it goes on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { worker, link, ends } = linked()
  worker.say({ held: true })
  const stop = new AbortController()
  const call = link.call('load', {}, { signal: stop.signal })
  stop.abort()
  await assert.rejects(call, { name: 'AbortError' })
  worker.say({ id: 1, begun: true })
  t.mock.timers.tick(soon.cancelled)
  t.mock.timers.tick(50)
  assert.deepEqual(ends, [null])
})

test('a closed link rejects with its reason', async () => {
  const { worker, link, ends } = linked()
  const call = link.call('attack', {})
  link.close(new Error('segfault: closed'))
  await assert.rejects(call, /segfault: closed/)
  await assert.rejects(link.call('attack', {}), /segfault: closed/)
  worker.gone()
  assert.deepEqual(ends, [])
})
