// The attack on every slice of a volume with WebGPU, where one slice is computed while another's results travel.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, disguised } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const slices = 4

/** A NIfTI volume of 16-bit slices: a bright disc that moves over a gradient. */
function nifti(size) {
  const file = Buffer.alloc(352 + 2 * size * size * slices)
  file.writeInt32LE(348, 0)
  for (const [i, n] of [3, size, size, slices, 1, 1, 1, 1].entries()) file.writeInt16LE(n, 40 + 2 * i)
  file.writeInt16LE(4, 70)
  file.writeInt16LE(16, 72)
  for (const [i, v] of [1, 1, 1, 1].entries()) file.writeFloatLE(v, 76 + 4 * i)
  file.writeFloatLE(352, 108)
  file.write('n+1\0', 344, 'latin1')
  for (let k = 0, at = 352; k < slices; k++) {
    for (let i = 0; i < size * size; i++, at += 2) {
      const [x, y] = [i % size, Math.floor(i / size)]
      file.writeInt16LE(x + y + (Math.hypot(x - size / 2 - 3 * k, y - size / 2) < size / 5 ? 400 : 0), at)
    }
  }
  return file.toString('base64')
}

/** In the worker: lets the page destroy the GPU device, and tells it how many results were awaited at once. */
const hooks = `
  const request = GPUAdapter.prototype.requestDevice
  GPUAdapter.prototype.requestDevice = async function (...options) {
    const device = await request.apply(this, options)
    new BroadcastChannel('lose').onmessage = () => device.destroy()
    return device
  }
  const travels = new BroadcastChannel('travels')
  let travelling = 0
  const map = GPUBuffer.prototype.mapAsync
  GPUBuffer.prototype.mapAsync = function (...options) {
    travels.postMessage(++travelling)
    const mapped = map.apply(this, options)
    const arrived = () => travels.postMessage(--travelling)
    mapped.then(arrived, arrived) // before the engine goes on
    return mapped
  }`

/** A page with a laboratory and the volume's text; without models there, auto takes the GPU untried. */
async function opened(backend, script = '') {
  const page = await b.page()
  await page.route('**/engine/worker.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `${await response.text()}\n${hooks}${script}` })
  })
  if (backend === 'auto') {
    await page.route('**/release.json', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), models: [] } })
    })
  }
  await page.goto(`${b.origin}/release.json`)
  await page.evaluate(async ([backend, text]) => {
    const { open } = await import('/segfault.js')
    globalThis.lab = await open({ backend })
    globalThis.bytes = () => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    globalThis.most = 0
    globalThis.now = 0
    globalThis.travels = new BroadcastChannel('travels')
    const arrived = new EventTarget()
    travels.onmessage = ({ data }) => {
      now = data
      most = Math.max(most, data)
      arrived.dispatchEvent(new Event('told'))
    }
    // What the worker tells by its channel may come after its answer.
    globalThis.nothingTravels = async () => {
      while (now) await new Promise((resolve) => arrived.addEventListener('told', resolve, { once: true }))
      return true
    }
  }, [backend, nifti(64)])
  return page
}

let gpu // the page of the two tests below, whose shaders are compiled once

test('two slices are under way at once, with the numbers of one after the other', { timeout: 900_000 }, async () => {
  gpu ??= await opened('webgpu')
  const seen = await gpu.evaluate(async () => {
    const [one, all] = [await lab.load(bytes()), await lab.load(bytes())]
    const values = []
    const alone = []
    for (let k = 0; k < one.slices; k++) {
      const { metrics: m, scan } = await lab.attack(one, { slice: k })
      values.push(...scan.values)
      alone.push({ slice: k, before: m.dice.union.before, after: m.dice.union.after, reference: m.pixels.reference, flipped: m.flipped, linf: m.linf, true: m.dice.true, ending: m.ending })
    }
    const aloneAtOnce = most
    const steps = []
    const fault = await lab.attackVolume(all, { onProgress: ({ stage, done }) => stage === 'slice' && steps.push(done) })
    const again = await lab.load(await lab.save(fault))
    const copied = []
    for (let k = 0; k < again.slices; k++) copied.push(...await lab.slice(again, k))
    return { aloneAtOnce, most, alone, slices: fault.slices, steps, same: copied.length === values.length && copied.every((v, i) => v === values[i]) }
  })
  assert.deepEqual(seen.slices, seen.alone)
  assert.ok(seen.same, 'the copy holds what attacks on single slices gave')
  assert.deepEqual(seen.steps, [0, 1, 2, 3])
  assert.deepEqual([seen.aloneAtOnce, seen.most], [1, 2], 'results awaited at once, of single slices and of the volume')
})

test('a cancel and a lost device in the middle are one answer each, and the next volume is attacked', { timeout: 900_000 }, async () => {
  gpu ??= await opened('webgpu')
  const seen = await gpu.evaluate(async () => {
    const controller = new AbortController()
    const after = (n, then) => ({ stage, done }) => stage === 'slice' && done === n && then()
    const outcome = (promise) => promise.then(() => 'it went on', (error) => error.name === 'AbortError' ? error.name : error.message)
    const cancelled = await outcome(lab.attackVolume(await lab.load(bytes()), { signal: controller.signal, onProgress: after(2, () => controller.abort()) }))
    const lost = await outcome(lab.attackVolume(await lab.load(bytes()), { onProgress: after(2, () => new BroadcastChannel('lose').postMessage('now')) }))
    const fault = await lab.attackVolume(await lab.load(bytes()))
    return { cancelled, lost, slices: fault.slices.length, all: await nothingTravels(), backend: lab.info.backend }
  })
  assert.equal(seen.cancelled, 'AbortError')
  assert.match(seen.lost, /^webgpu: the GPU device was lost \([^)]*\): run again to open a fresh one$/)
  assert.deepEqual([seen.slices, seen.all, seen.backend], [slices, true, 'webgpu'])
})

test('the CPU goes on with both slices that were under way when the GPU failed', { timeout: 900_000 }, async () => {
  const page = await opened('auto', disguised)
  const seen = await page.evaluate(async (file) => {
    await lab.loadModel(`/weights/${file}.safetensors`)
    const before = lab.info.backend
    let lost = false
    const fault = await lab.attackVolume(await lab.load(bytes()), {
      onProgress: ({ stage, done }) => {
        if (stage === 'slice' && done === 2 && !lost) new BroadcastChannel('lose').postMessage(lost = true)
      },
    })
    return { before, after: lab.info.backend, reason: lab.info.reason, slices: fault.slices.map(({ slice }) => slice) }
  }, (await b.models())[0])
  assert.deepEqual([seen.before, seen.after], ['webgpu', 'cpu'])
  assert.match(seen.reason, /because the GPU failed: .*lost/)
  assert.deepEqual(seen.slices, [0, 1, 2, 3])
})
