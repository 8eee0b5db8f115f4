// An engine that outlives its workers.

import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { Engine } from '../../site/engine/engine.js'
import { checkpoint, source } from '../../site/engine/source.js'
import { Worker } from './worker.js'

const stopped = /the engine has stopped/

let engines = []
afterEach(() => {
  for (const engine of engines) engine.close() // whose watch over what waits would keep the process for half a minute
  engines = []
})

/**
 * An engine with workers that answer every call but those for which stuck(call) is true. Scans and results have numbers from what open says;
 * failing(call) tells of those that fail.
 */
function running({ stuck = () => false, failing = () => false } = {}) {
  const workers = []
  const connect = (gone, whole) => {
    const worker = new Worker()
    worker.whole = whole
    workers.push(worker)
    worker.gone = gone
    let next = 1
    worker.heard = ({ id, method, params }) => {
      if (method === 'cancel' || !id) return
      const call = { worker: workers.length, method, params }
      setImmediate(() => {
        worker.say({ id, begun: true })
        if (stuck(call)) return
        if (failing(call)) return worker.say({ id, ok: false, error: 'segfault: it fails', code: failing(call) })
        if (method === 'open') next = params.last + 1
        const makes = ['load', 'sample', 'attack'].includes(method)
        const result = method === 'open' ? { backend: params.backend } : method === 'loadModel' ? { model: { name: `${params.name ?? params.file.name} (2)` }, info: { models: 1 } } : method === 'release' ? null : { id: makes ? params.id ?? next++ : undefined }
        worker.say({ id, ok: true, result })
      })
    }
    return worker
  }
  const engine = new Engine(connect, { backend: 'auto', model: '' })
  engines.push(engine)
  const heard = { infos: [], ends: [] }
  engine.onInfo = (info) => heard.infos.push(info)
  engine.onEnd = (error) => heard.ends.push(error)
  return { engine, workers, ...heard }
}

const calls = ({ sent }) => sent.filter(({ id, method }) => id && method !== 'cancel').map(({ method, params }) => [method, params])
const file = (name, text) => source(new File([text], name), 'scan')

test('after a worker has vanished the next call starts another, with scans, masks, strokes and models', async () => {
  const { engine, workers, infos, ends } = running()
  const scan = await engine.call('load', { files: [await file('scan.png', 'scan')], volume: 0 })
  await engine.call('sample', { name: 'glioma' })
  await engine.call('paint', { scan: scan.id, as: 'region', points: [[1, 2]] })
  await engine.call('paint', { scan: scan.id, as: 'truth', points: [[1, 2]] })
  await engine.call('loadMask', { scan: scan.id, source: await file('mask.mhd', 'mask'), beside: [await file('mask.raw', 'raw')], as: 'truth' })
  await engine.call('paint', { scan: scan.id, as: 'truth', points: [[3, 4]] })
  await engine.call('unpaint', { scan: scan.id, as: 'truth' })
  await engine.call('loadModel', { source: await checkpoint(new File(['weights'], 'net')), size: 96 })
  const result = await engine.call('attack', { scan: scan.id })
  workers[0].gone()
  assert.match(String(ends), stopped)
  const later = await engine.call('attack', { scan: scan.id })

  const bytes = (text) => new Uint8Array(new TextEncoder().encode(text))
  const again = calls(workers[1])
  assert.deepEqual(again.map(([method]) => method), ['open', 'loadModel', 'load', 'paint', 'loadMask', 'paint', 'unpaint', 'sample', 'attack'])
  assert.deepEqual(again[1][1].name, 'net (2)')
  assert.deepEqual(again[2][1], { volume: 0, id: scan.id, files: [{ name: 'scan.png', bytes: bytes('scan') }] })
  assert.deepEqual(again[4][1], { scan: scan.id, as: 'truth', file: { name: 'mask.mhd', bytes: bytes('mask') }, beside: [{ name: 'mask.raw', bytes: bytes('raw') }] })
  assert.deepEqual(again[3][1].as, 'region')
  assert.ok(later.id > result.id, 'no number is given twice')
  assert.deepEqual(infos.at(-1), { models: 1 })
})

test('what was asked of a worker that vanishes is rejected, and not asked again', async () => {
  const { engine, workers } = running({ stuck: ({ worker, method }) => worker === 1 && method === 'attack' })
  const call = engine.call('attack', { scan: 1 })
  await engine.call('slice', { scan: 1 })
  workers[0].gone()
  await assert.rejects(call, stopped)
  await engine.call('slice', { scan: 1 })
  assert.deepEqual(calls(workers[1]).map(([method]) => method), ['open', 'slice'])
})

test('cancelled work that does not end takes nothing with it', async () => {
  const { engine, workers, ends } = running({ stuck: ({ worker, params }) => worker === 1 && params.name === 'endless' })
  await engine.call('sample', { name: 'glioma' })
  const stop = new AbortController()
  const endless = engine.call('sample', { name: 'endless' }, { signal: stop.signal })
  const attack = engine.call('attack', { scan: 1 })
  while (!calls(workers[0]).some(([, { name }]) => name === 'endless')) await new Promise(setImmediate)
  await attack
  stop.abort()
  await assert.rejects(endless, { name: 'AbortError' })
  while (!ends.length) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(ends, [null])
  await engine.call('attack', { scan: 1 })
  assert.deepEqual(calls(workers[1]).map(([method, { name }]) => name ?? method), ['open', 'glioma', 'attack'])
})

test('a scan that ends a worker when it is put back is not put back again', async () => {
  const { engine, workers } = running({ stuck: ({ worker, params }) => worker === 2 && params.name === 'huge' })
  await engine.call('sample', { name: 'huge' })
  await engine.call('sample', { name: 'glioma' })
  workers[0].gone()
  const attack = engine.call('attack', { scan: 2 })
  while (!workers[1] || calls(workers[1]).length < 2) await new Promise(setImmediate)
  workers[1].gone()
  await attack
  assert.deepEqual(calls(workers[2]).map(([method, { name }]) => name ?? method), ['open', 'glioma', 'attack'])
})

for (const thing of ['sample', 'loadModel']) {
  test(`the last thing that is put back may end its worker, too: ${thing}`, async () => {
    const { engine, workers } = running({ stuck: ({ worker, method }) => worker === 2 && method === thing })
    await engine.call(thing, { name: 'huge', file: { name: 'huge' } })
    workers[0].gone()
    const slice = engine.call('slice', {})
    while (!workers[1] || calls(workers[1]).length < 2) await new Promise(setImmediate)
    workers[1].gone()
    await slice
    assert.deepEqual(calls(workers[2]).map(([method]) => method), ['open', 'slice'])
  })
}

test('what is released while it is put back is gone from the new worker, too', async () => {
  const { engine, workers } = running()
  const [one, two] = [await engine.call('sample', { name: 'one' }), await engine.call('sample', { name: 'two' })]
  workers[0].gone()
  const slice = engine.call('slice', {})
  while (!workers[1] || calls(workers[1]).length < 2) await new Promise(setImmediate)
  await engine.release([one.id, two.id])
  await slice
  const there = new Set()
  for (const [method, { id, ids }] of calls(workers[1])) {
    if (method === 'sample') there.add(id)
    if (method === 'release') ids.forEach((id) => there.delete(id))
  }
  assert.deepEqual([...there], [])
})

test('a scan that cannot be put back does not keep the others', async () => {
  const { engine, workers } = running({ failing: ({ worker, params }) => worker === 2 && params.name === 'lost' })
  await engine.call('sample', { name: 'lost' })
  await engine.call('sample', { name: 'glioma' })
  workers[0].gone()
  await engine.call('attack', { scan: 2 })
  assert.deepEqual(calls(workers[1]).map(([method, { name }]) => name ?? method), ['open', 'lost', 'glioma', 'attack'])
})

test('a scan whose mask cannot be put back is not there without it', async () => {
  const { engine, workers } = running({ failing: ({ worker, method }) => worker === 2 && method === 'loadMask' })
  const { id } = await engine.call('sample', { name: 'glioma' })
  await engine.call('loadMask', { scan: id, source: await file('mask.png', 'mask'), as: 'truth' })
  workers[0].gone()
  await engine.call('slice', { scan: id })
  assert.deepEqual(calls(workers[1]).map(([method, { ids }]) => ids ?? method), ['open', 'sample', 'loadMask', [id], 'slice'])
})

test('what was released is not put back', async () => {
  const { engine, workers } = running()
  const { id } = await engine.call('sample', { name: 'glioma' })
  await engine.release([id])
  workers[0].gone()
  await engine.release([id])
  assert.equal(workers.length, 1, 'nothing is started to forget')
  await engine.call('slice', {})
  assert.deepEqual(calls(workers[1]).map(([method]) => method), ['open', 'slice'])
})

test('another worker has the backend that was chosen last', async () => {
  const { engine, workers } = running()
  await engine.call('use', { backend: 'cpu' })
  workers[0].gone()
  await engine.call('slice', {})
  assert.equal(calls(workers[1])[0][1].backend, 'cpu')
})

test('an engine that does not open is opened anew by the next call', async () => {
  const { engine, workers } = running({ failing: ({ worker }) => worker === 1 })
  await assert.rejects(engine.open(), /it fails/)
  await engine.call('slice', {})
  assert.equal(workers.length, 2)
})

test('an engine that nobody waits for any more is not opened', async () => {
  const { engine, workers } = running({ stuck: () => true })
  const stop = new AbortController()
  const opening = engine.open({ signal: stop.signal })
  while (!workers.length) await new Promise(setImmediate)
  stop.abort()
  await assert.rejects(opening, { name: 'AbortError' })
  assert.ok(workers[0].ended)
})

test('a closed engine answers nothing', async () => {
  const { engine } = running()
  await engine.open()
  engine.close()
  await assert.rejects(engine.call('slice', {}), /the laboratory is closed/)
})

test('a network of another trainer is read by the whole engine, which has what the first one had', async () => {
  const { engine, workers, ends } = running({ failing: ({ worker, method }) => worker === 1 && method === 'inspectModel' && 'whole' })
  await engine.call('sample', { name: 'glioma' })
  await engine.call('inspectModel', { source: await checkpoint(new File(['network'], 'net.onnx')) })
  assert.deepEqual(workers.map(({ whole }) => whole), [false, true])
  assert.deepEqual(calls(workers[1]).map(([method]) => method), ['open', 'sample', 'inspectModel'])
  assert.deepEqual(ends, [undefined], 'results are gone, without an error')
})

test('what others wait for when the whole engine takes over is asked for again there', async () => {
  const { engine, workers } = running({
    failing: ({ worker, method }) => worker === 1 && method === 'inspectModel' && 'whole',
    stuck: ({ worker, method }) => worker === 1 && method === 'attack',
  })
  await engine.call('sample', { name: 'glioma' })
  const network = await checkpoint(new File(['network'], 'net.onnx'))
  await Promise.all([engine.call('attack', { scan: 1 }), engine.call('inspectModel', { source: network }), engine.call('inspectModel', { source: network })])
  assert.deepEqual(workers.map(({ whole, ended }) => [whole, ended]), [[false, true], [true, false]])
  assert.deepEqual(calls(workers[1]).map(([method]) => method).sort(), ['attack', 'inspectModel', 'inspectModel', 'open', 'sample'])
})

for (const [why, code] of [['cannot be fetched', 'network'], ['finds no room', 'room'], ['does not run', 'device']]) {
  test(`a whole engine that ${why} keeps nothing else from working`, async () => {
    const { engine, workers } = running({ failing: ({ worker, method }) => (worker === 1 && method === 'inspectModel' && 'whole') || (worker === 2 && method === 'open' && code) })
    await assert.rejects(engine.call('inspectModel', { source: await checkpoint(new File(['network'], 'net.onnx')) }), { code })
    await engine.call('sample', { name: 'glioma' })
    assert.deepEqual(workers.map(({ whole }) => whole), [false, true, false])
  })
}
