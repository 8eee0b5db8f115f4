// What a person does while the page is at something else: the last choice counts, once, and what goes on can be cancelled.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, drop, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const visit = (page, view) => page.locator(`.views a[href="#view=${view}"]`).click()

/** Holds a file of the site back; returns what lets it come. */
async function hold(page, file) {
  let come
  const held = new Promise((resolve) => (come = resolve))
  await page.route(`**/${file}`, async (route) => {
    await held
    await route.continue()
  })
  return come
}

/** A page that has attacked its sample. */
async function working() {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  return page
}

test('a view that is left and shown again before its script has come is made once', async () => {
  const page = await working()
  const come = await hold(page, 'page/folder.js')
  for (const view of ['folder', 'attack', 'folder']) await visit(page, view)
  come()
  const open = page.getByRole('button', { name: 'Open a folder…' })
  await open.first().waitFor()
  assert.equal(await open.count(), 1)
})

test('a view that is chosen while the engine loads is shown when it is there', async () => {
  const page = await b.page()
  const come = await hold(page, 'segfault.wasm')
  await page.goto(b.paper)
  await page.locator('#engine[data-state=busy]').waitFor()
  await visit(page, 'compare')
  come()
  await page.waitForFunction(() => document.querySelector('#compare-models [name=model]') || document.querySelector('#finding').textContent)
  assert.equal(await page.locator('#compare').isVisible(), true)
})

test('an attack goes on with its progress and its Cancel behind a file that was refused meanwhile', async () => {
  const page = await working()
  const [, second] = await b.models()
  await page.route(`**/${second}.safetensors`, () => {}) // and no answer
  await page.locator('#model').selectOption(second)
  await page.locator('#progress.shown').waitFor()
  await drop(page, [{ name: 'a.png', bytes: Buffer.from('no picture') }])
  await page.locator('#alert').waitFor({ state: 'visible' })
  const cancel = page.getByRole('button', { name: 'Cancel' })
  await cancel.press('Enter', { timeout: 10_000 })
  await page.locator('#outdated').filter({ hasText: /^What is shown is of the settings before\.$/ }).waitFor()
  await cancel.waitFor({ state: 'hidden' })
})

/** A square of one value as a NumPy file. */
function array(side, value = 100) {
  const head = `{'descr': '|u1', 'fortran_order': False, 'shape': (${side}, ${side}), }`.padEnd(117) + '\n'
  return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), Buffer.from(head), Buffer.alloc(side * side, value)])
}

/** Lets no byte of a file called so be read until come() is called in the page. */
const slow = (page, slowly) => page.evaluate((slowly) => {
  const held = new Promise((resolve) => (globalThis.come = resolve))
  const { arrayBuffer } = Blob.prototype
  Blob.prototype.arrayBuffer = async function () {
    if (this.name === slowly) await held
    return arrayBuffer.call(this)
  }
}, slowly)

const facts = (page, says) => page.locator('#scan-facts').filter({ hasText: says }).waitFor({ timeout: 20_000 })
const idle = (page) => page.waitForFunction(() => !document.querySelector('#progress').classList.contains('shown') && document.querySelector('#engine').dataset.state === 'ready', null, { timeout: 20_000 })

test('the scan that was dropped last stays, though one dropped before it comes later', async () => {
  const page = await working()
  await slow(page, 'a.npy')
  await drop(page, [{ name: 'a.npy', bytes: array(64) }])
  await drop(page, [{ name: 'b.npy', bytes: array(80) }])
  await facts(page, '80 × 80')
  await idle(page)
  await page.evaluate(() => globalThis.come())
  await page.locator('#epsilon').press('ArrowRight')
  await idle(page)
  assert.match(await page.locator('#scan-facts').textContent(), /80 × 80/)
})

test('a mask that is still being read is not given to the scan that was chosen meanwhile', async () => {
  const page = await working()
  await slow(page, 'mask.npy')
  await drop(page, [{ name: 'mask.npy', bytes: array(64) }], '.drop-zone[data-open=truth]')
  await drop(page, [{ name: 'b.npy', bytes: array(64) }])
  await facts(page, '64 × 64')
  await idle(page)
  await page.evaluate(() => globalThis.come())
  await page.locator('#epsilon').press('ArrowRight')
  await idle(page)
  assert.match(await page.locator('#scan-facts').textContent(), /64 × 64, no truth mask/)
  assert.equal(await page.locator('#alert').isVisible(), false)
})

test('the brush offers the classes of the model that was chosen while it is open', async () => {
  const page = await working()
  await page.locator('#paint').press('Enter')
  await page.locator('#brush').waitFor()
  const heart = (await b.models()).find((name) => name.startsWith('heart'))
  await page.locator('#model').selectOption(heart)
  await page.waitForURL(/model=heart/)
  assert.deepEqual(await page.locator('#brush-label option').allTextContents(), ['left ventricle'])
})

test('a mask of a sample is not kept as one of the scan that was open before', async () => {
  const page = await working()
  await drop(page, [{ name: 'a.npy', bytes: array(224) }])
  await page.locator('#kept').filter({ hasText: 'keeps your scan' }).waitFor()
  await page.locator('#samples input').first().check({ force: true })
  await facts(page, 'Simulated')
  await drop(page, [{ name: 'mask.npy', bytes: array(224, 1) }], '.drop-zone[data-open=region]')
  await facts(page, 'with region of interest')
  await page.reload()
  await page.getByRole('button', { name: 'Open your scan again' }).press('Enter')
  await facts(page, 'NPY')
  await idle(page)
  assert.match(await page.locator('#scan-facts').textContent(), /no truth mask\.$/)
})

test('a mask that is refused leaves the noise beside the attack to be computed', async () => {
  const page = await b.page()
  await page.addInitScript(() => { // holds what stands beside an attack back, until it has been given up
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (message, ...more) {
      if (message.method === 'beside' && !globalThis.given) return void (globalThis.asked = true)
      postMessage.call(this, message, ...more)
    }
  })
  await page.goto(b.paper)
  await settled(page)
  await page.waitForFunction(() => globalThis.asked)
  await page.evaluate(() => (globalThis.given = true))
  await drop(page, [{ name: 'mask.npy', bytes: array(2) }], '.drop-zone[data-open=truth]')
  await page.locator('#alert-text').filter({ hasText: 'mask is 2×2' }).waitFor()
  await page.waitForFunction(() => document.querySelector('#numbers').textContent.includes('As much noise') && !document.querySelector('#numbers .awaited'), null, { timeout: 20_000 })
})

test('a sample that was cancelled leaves the sample and the model chosen that are shown', async () => {
  const page = await working()
  const before = await page.locator('#model').inputValue()
  const shown = await page.locator('[name=sample]:checked').inputValue()
  await page.evaluate(() => { // no sample is asked for any more
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (message, ...more) {
      if (message.method !== 'sample') postMessage.call(this, message, ...more)
    }
  })
  await page.locator('[name=sample]').last().check({ force: true })
  await page.getByRole('button', { name: 'Cancel' }).press('Enter')
  await page.waitForFunction(() => !document.querySelector('#progress').classList.contains('shown'))
  assert.equal(await page.locator('[name=sample]:checked').inputValue(), shown)
  assert.equal(await page.locator('#model').inputValue(), before)
})

test('what a link asks for beside a sample that was cancelled is done with the sample that is shown, and the address says that one', async () => {
  const page = await working()
  const shown = await page.locator('[name=sample]:checked').inputValue()
  const other = await page.locator('[name=sample]').last().inputValue()
  await page.evaluate(() => { // no sample is asked for any more
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (message, ...more) {
      if (message.method !== 'sample') postMessage.call(this, message, ...more)
    }
  })
  const link = new URLSearchParams(new URL(page.url()).hash.slice(1))
  link.set('sample', other)
  link.set('epsilon', '0.02')
  await page.evaluate((hash) => (location.hash = hash), `${link}`)
  await page.getByRole('button', { name: 'Cancel' }).press('Enter')
  await idle(page)
  const said = new URLSearchParams(new URL(page.url()).hash.slice(1))
  assert.deepEqual([said.get('sample'), said.get('epsilon')], [shown, '0.02'])
  assert.equal(await page.locator('#outdated').textContent(), '')
})

test('what stands beside a result is computed though the attack after it was cancelled', async () => {
  const page = await b.page()
  await page.addInitScript(() => { // the first attack ends before anything beside it is asked for
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (message, ...more) {
      if (message.method !== 'beside' || globalThis.besides) postMessage.call(this, message, ...more)
    }
  })
  await page.goto(b.paper)
  await settled(page)
  await page.evaluate(() => (globalThis.besides = true))
  const [, second] = await b.models()
  await page.route(`**/${second}.safetensors`, () => {}) // and no answer
  await page.locator('#model').selectOption(second)
  await page.getByRole('button', { name: 'Cancel' }).press('Enter')
  await page.locator('#outdated').filter({ hasText: /^What is shown is of the settings before\.$/ }).waitFor()
  await page.waitForFunction(() => document.querySelector('#numbers').textContent.includes('As much noise') && !document.querySelector('#numbers .awaited'), null, { timeout: 20_000 })
  assert.equal(await page.locator('#alert').isVisible(), false)
})

test('where an own model looks is asked of its own classes, of which there may be as many as before', async () => {
  const page = await working()
  await page.locator('#looks summary').press('Enter')
  const classes = page.locator('#looks').getByLabel('Class')
  await classes.locator('option').filter({ hasText: 'pituitary' }).waitFor({ state: 'attached' })
  const weights = await fetch(`${b.origin}/weights/brain-unet-vgg13-w10.safetensors`)
  await page.locator('#file-model').setInputFiles({ name: 'own.safetensors', mimeType: '', buffer: Buffer.from(await weights.arrayBuffer()) })
  for (const k of [1, 2, 3]) await page.getByLabel(`Channel ${k}`, { exact: true }).fill(`kind ${k}`)
  await page.getByRole('button', { name: 'Use this model' }).press('Enter')
  await classes.locator('option').filter({ hasText: 'kind 3' }).waitFor({ state: 'attached', timeout: 20_000 })
  assert.deepEqual(await classes.locator('option').allTextContents(), ['kind 1', 'kind 2', 'kind 3'])
})

test('slices that play stop when another view is shown, whose results they would outdate', async () => {
  const page = await working()
  const head = "{'descr': '|u1', 'fortran_order': False, 'shape': (5, 64, 64), }".padEnd(117) + '\n'
  await drop(page, [{ name: 'a.npy', bytes: Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), Buffer.from(head), Buffer.alloc(5 * 64 * 64, 100)]) }])
  await page.locator('#play').press('Enter')
  assert.equal(await page.locator('#play').textContent(), 'Stop')
  await visit(page, 'sweep')
  await page.waitForURL(/view=sweep/)
  await page.locator('#sweep-models [name=model]').first().waitFor({ state: 'attached' })
  assert.equal(await page.locator('#play').textContent(), 'Play')
})

test('a figure keeps the scan that it was given last, though one before it comes later', async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/reference.html`)
  await slow(page, 'a.npy')
  const shown = await page.evaluate(async ([first, last]) => {
    await import('./seg-fault.js')
    const figure = document.createElement('seg-fault')
    document.body.prepend(figure)
    await figure.start()
    const file = (bytes, name) => new File([Uint8Array.from(bytes)], name)
    const before = figure.load(file(first, 'a.npy')).catch(({ name }) => name)
    const { id } = await figure.load(file(last, 'b.npy'))
    globalThis.come()
    const told = await before
    return [typeof told === 'string' ? told : told.id, (await figure.start()).id === id]
  }, [[...array(64)], [...array(80)]])
  assert.deepEqual(shown, ['AbortError', true])
})
