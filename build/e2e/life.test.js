// Workers that vanish or do not come back, downloads that stall or bring something else: what was there stays, and a sentence says why.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { bench, data, drop, settled } from './bench.js'

let b
let models
before(async () => {
  b = await bench()
  models = await b.models()
})
after(() => b?.close())

const alert = (page) => page.locator('#alert-text').textContent()
const idle = (page) => page.waitForFunction(() => !document.querySelector('#progress').classList.contains('shown'))
const stopped = /^segfault: the engine has stopped, most likely for want of memory; with the next call it starts anew, with what was loaded\.$/
const vanish = (page) => page.workers()[0].evaluate(() => self.close())

/** A page that has attacked its sample. */
async function working() {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  await idle(page)
  return page
}

test('the module rejects what a vanished worker was asked, and goes on with scans, masks, strokes and models', async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/reference.html`)
  await page.evaluate(async () => {
    const { open } = await import('./segfault.js')
    globalThis.ends = []
    globalThis.lab = await open({ backend: 'cpu', onReset: (error) => ends.push(error && error.message) })
    globalThis.bytes = await (await fetch(`weights/${lab.info.models[0].name}.safetensors`)).arrayBuffer()
    const { arrayBuffer } = Blob.prototype
    globalThis.largest = 0
    Blob.prototype.arrayBuffer = function () {
      largest = Math.max(largest, this.size)
      return arrayBuffer.call(this)
    }
    globalThis.own = await lab.loadModel(new File([bytes], 'mine.safetensors'))
    Blob.prototype.arrayBuffer = arrayBuffer
    globalThis.scan = await lab.sample('glioma', { seed: 5 })
    await lab.paint(scan, { as: 'region', slice: 0, points: [[60, 60]], radius: 30 })
    await lab.paint(scan, { as: 'region', slice: 0, points: [[20, 20]], radius: 9 })
    await lab.unpaint(scan, { as: 'region' })
    globalThis.attack = async () => {
      const fault = await lab.attack(scan, { model: own.name })
      return { id: fault.id, metrics: fault.metrics, painted: fault.painted, recipe: lab.recipe(scan, fault).model.sha256 }
    }
  })
  const { id, ...before } = await page.evaluate(() => attack())
  assert.equal(before.recipe, await page.evaluate(() => lab.info.models[0].sha256), 'an own model is digested')
  assert.equal(await page.evaluate(() => largest), 0, 'and the page reads nothing of it')
  const asked = page.evaluate(() => lab.attack(scan, { steps: 900, step: 0.001 }).catch((error) => error.message))
  await vanish(page)
  assert.match(await asked, stopped)
  const { id: later, ...again } = await page.evaluate(() => attack())
  assert.deepEqual(again, before)
  assert.ok(later > id)
  assert.ok(before.painted.region)
  assert.equal(await page.evaluate(() => lab.info.models.at(-1).name), 'mine')
  assert.deepEqual(await page.evaluate(() => ends), [await asked])
})

test('the page says that its worker has vanished, and attacks the same scan with another', async (t) => {
  const scan = data(t, 'formats', 'dicom', 'MR_small.dcm')
  if (!scan) return
  const page = await working()
  await drop(page, [{ name: 'a.dcm', path: scan }])
  await page.locator('#scan-facts').filter({ hasText: 'DICOM' }).waitFor()
  await settled(page)
  await idle(page)
  const [facts, finding] = await Promise.all(['#scan-facts', '#finding'].map((id) => page.locator(id).textContent()))
  await vanish(page)
  await page.locator('#alert').waitFor({ state: 'visible' })
  assert.equal(await alert(page), 'The engine had stopped, most likely for want of memory. It was started anew, with what you had loaded.')
  await settled(page)
  assert.deepEqual(await Promise.all(['#scan-facts', '#finding'].map((id) => page.locator(id).textContent())), [facts, finding])
  assert.equal(page.workers().length, 1)
  await page.locator('#epsilon').press('ArrowRight')
  await page.waitForFunction((before) => document.querySelector('#finding').textContent !== before, finding)
})

test('a figure elsewhere goes on after its worker has vanished', async () => {
  const page = await b.page()
  await page.goto(`${b.origin.replace('localhost', '127.0.0.1')}/examples/`)
  await page.setContent(`<script type="module" src="${b.origin}/seg-fault.js"></script><seg-fault id="one" sample="glioma"></seg-fault>`)
  const figure = page.locator('#one')
  await figure.evaluate((element) => customElements.whenDefined('seg-fault').then(() => element.start()))
  await vanish(page)
  await figure.evaluate((element) => { element.epsilon = 0.01 })
  const told = await figure.evaluate((element) => element.start().then(() => null, (error) => error.message)) // what is asked for before its end is known fails
  if (told) assert.match(told, stopped)
  await figure.evaluate((element) => { element.epsilon = 0.02 })
  assert.equal(await figure.evaluate((element) => element.start().then((fault) => fault.attack.epsilon)), 0.02)
})

test('a file that is not read in reasonable time can be cancelled, and takes nothing with it', async (t) => {
  const path = data(t, 'formats', 'dicom', 'MR_small_jp2klossless.dcm')
  if (!path) return
  const page = await working()
  const hang = "const request = new XMLHttpRequest(); request.open('GET', 'hangs', false); request.send(); for (;;);"
  await page.context().route('**/engine/codec.js', (route) => route.fulfill({ contentType: 'text/javascript', body: `export class Codec { decode() { ${hang} } }` }))
  const hangs = new Promise((resolve) => page.context().route('**/hangs', (route) => route.fulfill({ body: '' }).then(resolve)))
  const [facts, finding] = await Promise.all(['#scan-facts', '#finding'].map((id) => page.locator(id).textContent()))
  await drop(page, [{ name: 'a.dcm', path }])
  await hangs
  const [stuck] = page.workers()
  const ended = new Promise((resolve) => stuck.once('close', resolve))
  await page.getByRole('button', { name: 'Cancel' }).click()
  await ended
  await idle(page)
  await settled(page)
  await page.locator('#epsilon').press('ArrowRight')
  await page.waitForFunction((before) => document.querySelector('#finding').textContent !== before, finding)
  assert.equal(await page.locator('#scan-facts').textContent(), facts)
  assert.equal(await page.locator('#alert').isVisible(), false)
  assert.equal(page.workers().length, 1)
})

let atWork // the page of the tests below
const going = async () => (atWork ??= await working())

test('weights that stall hold nothing up', async () => {
  const page = await going()
  const [first, second] = models
  await page.context().route(`**/${second}.safetensors`, () => {}) // and no answer
  const finding = await page.locator('#finding').textContent()
  await page.locator('#model').selectOption(second)
  await page.waitForFunction(() => document.querySelector('#progress-text').textContent.startsWith('Loading the model') || document.querySelector('#progress').classList.contains('shown'))
  await page.locator('#epsilon').press('ArrowRight')
  await page.locator('#model').selectOption(first)
  await page.waitForFunction((before) => document.querySelector('#finding').textContent !== before, finding)
  await settled(page)
  assert.equal(await page.locator('#alert').isVisible(), false)
  await page.context().unroute(`**/${second}.safetensors`)
})

const login = { contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' }
test('weights that are another model’s, or a sign-in page, are refused in a sentence, and the scan stays', async () => {
  const page = await going()
  const [first, second] = models
  for (const [answer, says] of [
    [async (route) => route.fulfill({ response: await route.fetch({ url: `${b.origin}/weights/${first}.safetensors` }) }), /^The file weights\/.*\.safetensors (ended after|is longer than|is not that of this release)/],
    [(route) => route.fulfill(login), /^In place of the file weights\/.*\.safetensors its host sent a web page, as networks do that want a sign-in/],
  ]) {
    await page.context().route(`**/${second}.safetensors`, answer)
    await page.locator('#model').selectOption(second)
    await page.locator('#alert').waitFor({ state: 'visible' })
    assert.match(await alert(page), says)
    await page.context().unroute(`**/${second}.safetensors`)
    await page.locator('#model').selectOption(first)
    await page.locator('#alert').waitFor({ state: 'hidden' })
  }
  await page.locator('#model').selectOption(second)
  await idle(page)
  await settled(page)
  assert.equal(await page.locator('#alert').isVisible(), false)
})

test('a part of the page that does not come is told in a sentence', async () => {
  const page = await going()
  await page.route('**/page/compare.js', (route) => route.fulfill(login))
  await page.locator('.views a[href="#view=compare"]').click()
  await page.locator('#alert').waitFor({ state: 'visible' })
  assert.equal(await alert(page), 'A part of this page could not be loaded; check the connection and reload the page.')
})

test('a plot that cannot be kept, as its script does not come, is told in a sentence', async () => {
  const page = await b.page()
  await page.route('**/page/charts.js', (route) => route.abort())
  await page.goto(b.paper)
  await settled(page)
  await page.locator('#bars-svg').press('Enter')
  await page.locator('#alert').waitFor({ state: 'visible', timeout: 20_000 })
  assert.equal(await alert(page), 'A part of this page could not be loaded; check the connection and reload the page.')
})

for (const [what, file, answer, says] of [
  ['a sign-in page for the engine', 'segfault.wasm', login, /^In place of the file engine\/segfault\.wasm its host sent a web page/],
  ['a list for the release', 'release.json', { contentType: 'application/json', body: '[]' }, /^The file release\.json is damaged, or not of this site/],
]) {
  test(`a host that sends ${what} is told in a sentence, and the page can be started later`, async () => {
    const page = await b.page()
    await page.context().route(`**/${file}`, (route) => route.fulfill(answer))
    await page.goto(b.paper)
    await page.locator('#alert').waitFor({ state: 'visible' })
    assert.match(await alert(page), says)
    await page.context().unroute(`**/${file}`)
    await page.getByRole('button', { name: 'Load it' }).click()
    await settled(page)
  })
}

test('a page that is not served securely digests as well', async () => {
  const page = await b.page()
  const plain = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });"
  await page.addInitScript(plain)
  await page.context().route('**/engine/worker.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `${await response.text()}\n${plain}` })
  })
  await page.goto(`${b.origin}/reference.html`)
  const [scan, right] = await page.evaluate(async () => {
    const { open } = await import('./segfault.js')
    const lab = await open({ backend: 'cpu' })
    const picture = await (await fetch('icon.png')).arrayBuffer()
    const { sha256: [sha256] } = await lab.load(picture)
    await lab.attack(await lab.sample('glioma'))
    return [sha256, Array.from(new Uint8Array(picture))]
  })
  assert.equal(scan, createHash('sha256').update(Buffer.from(right)).digest('hex'))
})
