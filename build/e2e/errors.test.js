// Bad input: one clear sentence each, and the page goes on with what it had.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, data, drop, settled } from './bench.js'

let b
let page
before(async () => {
  b = await bench()
  page = await b.page()
  await page.goto(b.paper)
  await settled(page)
})
after(() => b?.close())

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAAEklEQVR4nGL6z8DAwAAIAAD//wUNAQKfvzY1AAAAAElFTkSuQmCC', 'base64')

/** A safetensors file with one tensor of the given name and shape, all zeros. */
function weights(name, shape) {
  const bytes = shape.reduce((product, extent) => product * extent, 4)
  const header = Buffer.from(JSON.stringify({ [name]: { dtype: 'F32', shape, data_offsets: [0, bytes] } }))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([size, header, Buffer.alloc(bytes)])
}

/** A NIfTI-1 header that declares the given extents, and nothing behind it. */
function nifti(...extents) {
  const header = Buffer.alloc(352)
  header.writeInt32LE(348, 0)
  header.writeInt16LE(extents.length, 40)
  extents.forEach((extent, i) => header.writeInt16LE(extent, 42 + 2 * i))
  header.writeInt16LE(16, 70)
  header.writeInt16LE(32, 72)
  header.writeFloatLE(352, 108)
  header.write('n+1\0', 344, 'latin1')
  return header
}

const scan = '.drop-zone[data-open=scan]'
const truth = '.drop-zone[data-open=truth]'
const region = '.drop-zone[data-open=region]'
const cases = [
  { name: 'an empty file', file: { name: 'scan.png', bytes: Buffer.alloc(0) }, on: scan, says: /empty/ },
  { name: 'a truncated PNG', file: { name: 'scan.png', bytes: png.subarray(0, 30) }, on: scan, says: /PNG|png/ },
  { name: 'a text file', file: { name: 'scan.dcm', bytes: Buffer.from('This is no scan.') }, on: scan, says: /DICOM/ },
  { name: 'a PDF', file: { name: 'report.pdf', bytes: Buffer.from('%PDF-1.7\n') }, on: scan, says: /PDF/ },
  { name: 'a truncated volume', file: { name: 'scan.nii', bytes: nifti(64, 64, 32) }, on: scan, says: /truncated/ },
  { name: 'an absurdly large volume', file: { name: 'scan.nii', bytes: nifti(32000, 32000, 32000) }, on: scan, says: /32000/ },
  { name: 'a truth of another size', file: { name: 'mask.png', bytes: png }, on: truth, says: /mask is 2×2 .* scan is 224×224/ },
  { name: 'a region of another size', file: { name: 'mask.png', bytes: png }, on: region, says: /mask is 2×2 .* scan is 224×224/ },
  { name: 'weights that are no safetensors', file: { name: 'a.safetensors', bytes: Buffer.from('not weights at all') }, on: scan, says: /safetensors/ },
  { name: 'weights of an unknown architecture', file: { name: 'b.safetensors', bytes: weights('transformer.0.weight', [4, 4]) }, on: scan, says: /transformer\.0\.weight/ },
]

for (const { name, file, on, says } of cases) {
  test(`${name} is refused in one sentence, and the page goes on`, async () => {
    const facts = await page.locator('#scan-facts').textContent()
    const models = await page.locator('#model option').count()
    await drop(page, [file], on)
    const alert = page.locator('#alert')
    await alert.waitFor({ state: 'visible' })
    const sentence = await page.locator('#alert-text').textContent()
    assert.match(sentence, says)
    assert.match(sentence, /^[A-Z].*[.?!]$/)
    assert.equal(sentence.includes('\n'), false)
    assert.equal(await page.locator('#scan-facts').textContent(), facts)
    assert.equal(await page.locator('#model option').count(), models)
    await page.locator('#alert-close').click()
    assert.equal(await alert.isVisible(), false)
  })
}

/** Drops a folder as one that gives its entries, or refuses to, by what reads them. */
async function dropFolder(read, on) {
  await page.evaluate((read) => {
    globalThis.asked ??= DataTransferItem.prototype.webkitGetAsEntry
    const readEntries = { empty: (resolve) => resolve([]), unreadable: (_, reject) => reject(new DOMException('gone', 'NotFoundError')) }[read]
    DataTransferItem.prototype.webkitGetAsEntry = () => ({ isDirectory: true, createReader: () => ({ readEntries }) })
  }, read)
  await drop(page, [{ name: 'set', bytes: Buffer.alloc(0) }], on)
  await page.evaluate(() => (DataTransferItem.prototype.webkitGetAsEntry = globalThis.asked))
}

for (const [read, says] of [['empty', 'There is no file in what was dropped.'], ['unreadable', 'What was dropped cannot be read; look whether it is still there and may be read, and drop it again.']]) {
  for (const on of ['body', truth, '.drop-zone[data-open=model]']) {
    test(`a folder that is ${read} is refused in one sentence, dropped on ${on}`, async () => {
      await dropFolder(read, on)
      await page.locator('#alert').waitFor({ state: 'visible', timeout: 10_000 })
      assert.equal(await page.locator('#alert-text').textContent(), says)
      await page.locator('#alert-close').click()
    })
  }
}

test('files of which none is to be taken are refused in one sentence', async () => {
  await drop(page, ['.DS_Store', '._a'].map((name) => ({ name, bytes: png })))
  await page.locator('#alert').waitFor({ state: 'visible', timeout: 10_000 })
  assert.equal(await page.locator('#alert-text').textContent(), 'There is neither a scan nor a mask nor a network in what was given.')
  await page.locator('#alert-close').click()
})

test('a refusal stays where it can be read, whatever the attack does meanwhile', async () => {
  await drop(page, [{ name: 'scan.png', bytes: Buffer.alloc(0) }])
  await page.locator('#alert').waitFor({ state: 'visible' })
  const finding = await page.locator('#finding').textContent()
  await page.locator('#epsilon').press('ArrowRight')
  await page.waitForFunction((before) => document.querySelector('#finding').textContent !== before, finding)
  await settled(page)
  assert.match(await page.locator('#alert-text').textContent(), /empty/)
  assert.equal(await page.locator('#alert').isVisible(), true)
  await page.locator('#alert-close').click()
})

test('after all that the page still attacks', async () => {
  const finding = await page.locator('#finding').textContent()
  await page.locator('#epsilon').press('Home')
  await page.waitForFunction((before) => document.querySelector('#finding').textContent !== before, finding)
  await settled(page)
  assert.match(await page.locator('#finding').textContent(), /^Without any change /)
  assert.equal(await page.locator('#alert').isVisible(), false)
})

test('opening a scan can be cancelled, and the one on the bench stays', async (t) => {
  const path = data(t, 'formats', 'dicom', 'MR_small_jp2klossless.dcm')
  if (!path) return
  let proceed
  const held = new Promise((resolve) => (proceed = resolve))
  await page.context().route('**/codecs.wasm', async (route) => {
    await held
    await route.continue()
  })
  const facts = () => page.locator('#scan-facts').textContent()
  const before = await facts()
  await drop(page, [{ name: 'a.dcm', path }], scan)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForFunction(() => !document.querySelector('#progress').classList.contains('shown'))
  assert.equal(await page.locator('#alert').isVisible(), false)
  proceed()
  assert.equal(await facts(), before)
  await drop(page, [{ name: 'a.dcm', path }], scan)
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('DICOM'))
  await settled(page)
})
