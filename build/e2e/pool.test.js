// Workers that help an engine without a GPU: the same numbers, whoever computes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** What the engine's worker is told: how many processors there are, to tell of helpers, and to end the first of them over its first task. */
const told = (processors) => `
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${processors} })
  const helpers = new BroadcastChannel('helpers')
  let first = true
  self.Worker = class extends Worker {
    constructor(...args) {
      super(...args)
      helpers.postMessage('started')
    }
    postMessage(message) {
      super.postMessage(message)
      if (message.method !== 'compute' || !first) return
      first = false
      this.terminate()
      helpers.postMessage('ended')
    }
  };
`

/** A laboratory in a page that has so many processors, with a simulated volume of slices that differ. */
async function laboratory(processors, slices = 6) {
  const page = await b.page()
  await page.route('**/engine/worker.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: told(processors) + (await response.text()) })
  })
  await page.goto(`${b.origin}/release.json`)
  await page.evaluate(async (slices) => {
    const { open } = await import('/segfault.js')
    globalThis.helpers = { started: 0, ended: 0 }
    new BroadcastChannel('helpers').onmessage = ({ data }) => helpers[data]++
    globalThis.lab = await open({ backend: 'cpu' })
    const side = 96
    const file = new DataView(new ArrayBuffer(352 + 2 * side * side * slices))
    file.setInt32(0, 348, true)
    for (const [i, n] of [3, side, side, slices, 1, 1, 1, 1].entries()) file.setInt16(40 + 2 * i, n, true)
    file.setInt16(70, 4, true)
    file.setInt16(72, 16, true)
    for (const [i, v] of [1, 1, 1, 1].entries()) file.setFloat32(76 + 4 * i, v, true)
    file.setFloat32(108, 352, true)
    for (const [i, c] of [...'n+1'].entries()) file.setUint8(344 + i, c.charCodeAt())
    await lab.loadModel(await (await fetch(`/weights/${lab.info.models[0].name}.safetensors`)).blob(), { name: 'own' })
    const sample = await lab.sample('glioma')
    const values = await lab.slice(sample)
    for (let k = 0, at = 352; k < slices; k++) {
      for (let i = 0; i < side * side; i++, at += 2) {
        const [x, y] = [i % side, Math.floor(i / side)]
        file.setInt16(at, 1000 * values[Math.floor((y * sample.height) / side) * sample.width + Math.min(sample.width - 1, Math.floor((x * sample.width) / side) + k)], true)
      }
    }
    globalThis.scan = await lab.load(file.buffer)
    globalThis.digest = async (data) => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', data)), (byte) => byte.toString(16)).join('')
    /** All that an attack tells of its result but when, with digests of arrays. */
    globalThis.told = async ({ id, milliseconds, ...fault }) => {
      const arrays = []
      const text = JSON.stringify(fault, (_, value) => (ArrayBuffer.isView(value) ? (arrays.push(value), 'array') : value))
      return [text, ...(await Promise.all(arrays.map(digest)))]
    }
  }, slices)
  return page
}

const volume = (page, options = {}) => page.evaluate(async (options) => {
  const steps = []
  const fault = await lab.attackVolume(scan, { ...options, onProgress: ({ stage, done }) => stage === 'slice' && steps.push(done) })
  return { steps, told: await told(fault), file: await digest(await (await lab.save(fault)).arrayBuffer()) }
}, options)

/** Many attacks at once, of which each has options of its own. */
const many = (page, list) => page.evaluate(async (list) => Promise.all(list.map(async (options) => told(await lab.attack(scan, options)))), list)

const attacks = [
  {}, { model: 'own', epsilon: 0.02 }, { model: 'own', slice: 5 }, { on: 'input', loss: 'bce', slice: 2 }, { method: 'apgd', steps: 2, slice: 1, label: 'prediction' }, { method: 'square', steps: 5 },
  { defence: 'median', slice: 3 }, { model: 'own', slice: 4 }, { norm: 'l2', epsilon: 2, slice: 4 },
]

test('whoever computes, and whoever ends over it, the numbers are the same to the bit, and they come in order', { timeout: 600_000 }, async () => {
  const alone = await laboratory(1)
  const expected = [await volume(alone), await many(alone, attacks)]
  assert.deepEqual(expected[0].steps, [0, 1, 2, 3, 4, 5])
  assert.equal(await alone.evaluate(() => helpers.started), 0)
  const helped = await laboratory(3)
  assert.deepEqual([await volume(helped), await many(helped, attacks)], expected)
  const ended = () => helped.evaluate(() => helpers.ended)
  for (let again = 0; again < 20 && !(await ended()); again++) assert.deepEqual(await many(helped, attacks), expected[1]) // helpers had come too late
  assert.equal(await ended(), 1)
  assert.ok(await helped.evaluate(() => helpers.started) >= 2, 'it was replaced')
})

test('whoever looks at one slice has no helpers', async () => {
  const page = await laboratory(3, 1)
  await many(page, [{}, { loss: 'bce' }])
  assert.equal(await page.evaluate(() => helpers.started), 0)
})
