// What the engine answers where it cannot do what it was asked, through the module and the page.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** Runs a function in a page that has nothing but an opened laboratory, globalThis.lab. */
async function withLab(work, argument) {
  const page = await b.page()
  await page.goto(`${b.origin}/release.json`)
  await page.evaluate(async () => {
    const { open } = await import('/segfault.js')
    globalThis.lab = await open({ backend: 'cpu' })
  })
  return page.evaluate(work, argument)
}

test('results that were released push out no other', async () => {
  const { name, size } = await withLab(async () => {
    const scan = await lab.sample('glioma')
    const first = await lab.attack(scan)
    for (let k = 0; k < 20; k++) await lab.release(await lab.attack(scan, { epsilon: k / 1000 }))
    const { name, size } = await lab.save(first, { what: 'after', format: 'png' })
    return { name, size }
  })
  assert.match(name, /\.png$/)
  assert.ok(size > 0)
})

test('a model whose numbers overflow is said to, by its name and layer', async () => {
  const messages = await withLab(async (file) => {
    const bytes = new Uint8Array(await (await fetch(`/weights/${file}.safetensors`)).arrayBuffer())
    const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
    new Uint16Array(bytes.buffer, header, (bytes.length - header) >> 1).fill(0x7bff) // 65504, the largest float16
    await lab.loadModel(new File([bytes], 'huge.safetensors'))
    const scan = await lab.sample('glioma')
    const refused = (call) => call.then(() => 'nothing', (error) => error.message)
    return Promise.all([refused(lab.predict(scan, { model: 'huge' })), refused(lab.attack(scan, { model: 'huge' })), lab.predict(scan).then(() => 'the next call works')])
  }, (await b.models())[0])
  for (const message of messages.slice(0, 2)) assert.match(message, /^attack: the logits of the model huge became (NaN|infinite) \(\d+ of \d+ numbers, first at \S+ \(conv2d\)\): its numbers go beyond/)
  assert.equal(messages[2], 'the next call works')
})

test('what is no option of a call, or can be none, is refused by name', async () => {
  const messages = await withLab(async () => {
    const { open } = await import('/segfault.js')
    const scan = await lab.sample('glioma')
    const said = {}
    const call = async (name, promise) => (said[name] = await promise().then(() => 'nothing', (error) => error.message))
    await call('unknown', () => lab.attack(scan, { epsilom: 0.1 }))
    await call('unknown null', () => lab.attack(scan, { los: null }))
    await call('unknown function', () => lab.predict(scan, { onprogress() {} }))
    await call('null', () => lab.attack(scan, { epsilon: null }))
    await call('function', () => lab.attack(scan, { loss: () => 'bce' }))
    await call('signal', () => lab.attack(scan, { signal: {} }))
    await call('listener', () => lab.attack(scan, { onProgress: 1 }))
    await call('within', () => lab.paint(scan, { points: [() => 1], radius: 1 }))
    await call('all null', () => lab.attack(scan, null))
    await call('no scan', () => lab.attack(null))
    await call('load', () => lab.load(new Uint8Array(4), { volum: 1 }))
    await call('slice', () => lab.slice(scan, 0, { model: 'a' }))
    await call('render', () => lab.render(scan, { picture: ['scan'] }))
    await call('open', () => open({ backends: 'cpu' }))
    await call('seed', () => lab.sample('glioma', { seed: -1 }))
    await call('half a seed', () => lab.sample('glioma', { seed: 1.5 }))
    await call('undefined', () => lab.attack(scan, { epsilon: undefined, signal: undefined }))
    return said
  })
  for (const [name, says] of Object.entries({
    unknown: /there is no option "epsilom"; did you mean epsilon\?/, 'unknown null': /there is no option "los"; did you mean loss\?/,
    'unknown function': /there is no option "onprogress"; did you mean onProgress\?/, null: /the option epsilon is null/, function: /the option loss is a function/,
    signal: /the option signal is no AbortSignal/, listener: /the option onProgress is no function/, within: /the option points is nothing that can be handed/,
    'all null': /options are an object, and null was given/, 'no scan': /this scan is not loaded/, load: /there is no option "volum"; did you mean volume\?/,
    slice: /there is no option "model"; expected signal or onProgress/, render: /there is no option "picture"; did you mean pictures\?/,
    open: /there is no option "backends"; did you mean backend\?/, seed: /a seed of -1; expected a whole number/, 'half a seed': /a seed of 1\.5; expected a whole/,
    undefined: /^nothing$/,
  })) assert.match(messages[name], says, name)
})

test('a switch to a backend that is not there is put back', async () => {
  const page = await b.page()
  await page.route('**/engine/worker.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `${await response.text()}\ndelete WorkerNavigator.prototype.gpu` })
  })
  await page.goto(b.paper)
  await settled(page)
  const chosen = () => page.evaluate(() => document.querySelector('[name=backend]:checked').value)
  const before = await chosen()
  await page.locator('[name=backend][value=webgpu]').click({ force: true })
  await page.locator('#alert-text').waitFor({ state: 'visible' })
  assert.match(await page.locator('#alert-text').textContent(), /no WebGPU/)
  assert.equal(await chosen(), before)
})
