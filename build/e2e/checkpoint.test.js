// A visitor's own checkpoint of segmentation_models_pytorch.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { artefacts, axe, bench, data, dropFromDisk, root, settled, shows } from './bench.js'

let b
const folder = mkdtempSync(join(tmpdir(), 'segfault-checkpoint-'))
before(async () => (b = await bench()))
after(async () => {
  await b?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Writes a checkpoint of the oracle's numbers and returns its path. */
function checkpoint(name, ...flags) {
  const path = join(folder, name)
  execFileSync('go', ['run', './build/e2e/checkpoint', '-out', path, ...flags], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  return path
}

const dialog = (page) => page.getByRole('dialog', { name: 'Your own model' })
const facts = (page) => page.locator('#scan-facts').textContent()

/** The most memory that the tab has had, in MB. */
async function peak() {
  const session = await b.browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const tabs = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    const status = readFileSync(`/proc/${id}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)[1]) / 1024
  })
  return Math.round(Math.max(...tabs))
}

test('a full-size checkpoint is loaded and attacked like a bundled model', { timeout: 900_000 }, async (t) => {
  const scan = data(t, 'brain', 'test', 'images', 'test_00008_gl_ax_t1.jpg')
  if (!scan) return
  const file = checkpoint('unet-vgg13.safetensors', '-seed', '6')
  const native = await b.attack(['-scan', scan], file)

  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(b.paper)
  await settled(page)
  await dropFromDisk(page, scan)
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('JPEG'))
  await settled(page)
  const before = await peak()

  await dropFromDisk(page, file)
  await dialog(page).waitFor()
  assert.equal(await page.locator('#checkpoint-facts').textContent(), 'unet-vgg13, 18.4M parameters, 73.8 MB, 3 input channels.')
  assert.deepEqual(await axe(page), [])
  await page.screenshot({ path: join(artefacts, 'checkpoint.png') })
  for (const [channel, name] of [['Channel 1', 'large bowel'], ['Channel 2', 'small bowel'], ['Channel 3', 'stomach']]) {
    await page.getByLabel(channel, { exact: true }).fill(name)
  }
  await page.getByLabel('Channel 3', { exact: true }).press('Enter')
  await dialog(page).waitFor({ state: 'hidden' })
  await page.waitForFunction(() => document.querySelector('#overlap').textContent.includes('small bowel'))

  for (const [k, name] of ['large bowel', 'small bowel', 'stomach'].entries()) {
    const [title, was, is] = await page.locator('#overlap tbody tr').nth(k).locator('th, td').allTextContents()
    assert.equal(title, name)
    assert.ok(shows(was, native.metrics.dice.before[k]), `${name} before: ${was}, native ${native.metrics.dice.before[k]}`)
    assert.ok(shows(is, native.metrics.dice.after[k]), `${name} after: ${is}, native ${native.metrics.dice.after[k]}`)
  }
  assert.equal(await page.locator('#alert').isVisible(), false)
  assert.equal(page.url().includes('vgg13.safetensors') || page.url().includes('model=unet-vgg13'), false, 'the address does not name the file')

  const after = await peak()
  console.log(`peak memory of the tab: ${before} MB before, ${after} MB after`)
  assert.ok(after < 1024, `${after} MB`)
  assert.deepEqual(page.complaints, [])
})

/** A small checkpoint with something changed: change(header, bytes) returns the header, and bytes are the values. */
function spoilt(path, change) {
  const whole = readFileSync(path)
  const size = Number(whole.readBigUInt64LE())
  const bytes = Buffer.from(whole.subarray(8 + size))
  const header = JSON.parse(whole.subarray(8, 8 + size))
  const text = Buffer.from(JSON.stringify(change(header, bytes) ?? header))
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([start, text, bytes])
}

const head = 'segmentation_head.0.weight'
const bad = {
  'an unsupported encoder': { says: /architecture is unknown: expected nnU-Net's 2-D networks, MONAI's UNet or BasicUNet, or segmentation_models_pytorch/, change: (header) => Object.fromEntries(Object.entries(header).map(([name, entry]) => [name.replace('encoder.', 'backbone.'), entry])) },
  'a missing tensor': { says: /lacks tensor "decoder\.blocks\.2\.conv1\.1\.bias"/, change: (header) => delete header['decoder.blocks.2.conv1.1.bias'] && undefined },
  'an extra tensor': { says: /"decoder\.attention" is not part of the network/, change: (header) => ({ ...header, 'decoder.attention': { dtype: 'F32', shape: [0], data_offsets: [0, 0] } }) },
  'a wrong shape': { says: /shape .* expects|should lie in bytes/, change: (header) => void header['encoder.features.0.bias'].shape.unshift(1) },
  'a truncated file': { says: /truncated or damaged/, cut: 1000 },
  'a header cut short': { says: /no safetensors file, or a truncated one/, cut: Infinity },
  'weights that are not numbers': { says: /holds NaN at position 0; expected finite weights/, late: true, change: (header, bytes) => void bytes.writeFloatLE(NaN, header[head].data_offsets[0]) },
}

test('a checkpoint that cannot be used is refused in one sentence, and nothing is lost', { timeout: 900_000 }, async () => {
  const small = checkpoint('small.safetensors', '-divide', '16')
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const [seen, models, dice] = [await facts(page), await page.locator('#model option').count(), await page.locator('#dice-after').textContent()]
  for (const [name, { says, change = () => {}, cut = 0, late }] of Object.entries(bad)) {
    const file = join(folder, 'bad.safetensors')
    const bytes = spoilt(small, change)
    writeFileSync(file, bytes.subarray(0, Math.max(bytes.length - cut, 100)))
    await page.locator('#file-model').setInputFiles(file)
    if (late) {
      await dialog(page).waitFor()
      await page.getByRole('button', { name: 'Use this model' }).press('Enter')
    }
    const alert = page.locator(late ? '#checkpoint-alert' : '#alert-text')
    await alert.waitFor({ state: 'visible' })
    const sentence = await alert.textContent()
    assert.match(sentence, says, name)
    assert.match(sentence, /^[A-Z].*[.?!]$/, name)
    if (late) await page.keyboard.press('Escape')
    else await page.locator('#alert-close').press('Enter')
    assert.equal(await dialog(page).isVisible(), false)
    assert.equal(await page.locator('#model option').count(), models, name)
    assert.equal(await facts(page), seen, name)
    assert.equal(await page.locator('#dice-after').textContent(), dice, name)
  }

  // What can be mended is mended in the form.
  await page.locator('#file-model').setInputFiles(small)
  await dialog(page).waitFor()
  await page.getByLabel('and reach the network as').selectOption('other')
  await page.getByLabel('Lower end of the range').fill('2')
  await page.getByRole('button', { name: 'Use this model' }).click()
  await page.locator('#checkpoint-alert').waitFor({ state: 'visible' })
  assert.match(await page.locator('#checkpoint-alert').textContent(), /^An input range from 2 to 1; expected two numbers, the lower one first/)
  await page.getByLabel('and reach the network as').selectOption('imagenet')
  await page.getByLabel('Side of its input, in pixels').fill('96')
  assert.equal(await page.getByLabel('Its outputs are').isVisible(), false, 'its architecture shows it')
  for (const [activation, names] of [['softmax', ['class 1', 'class 2']], ['sigmoid', ['class 1', 'class 2', 'class 3']]]) {
    await page.getByLabel('Its classes').selectOption(activation)
    assert.deepEqual(await page.locator('[name=class]:enabled').evaluateAll((fields) => fields.map(({ value }) => value)), names)
  }
  await page.getByLabel('Channel 1', { exact: true }).fill('mended')
  await page.getByRole('button', { name: 'Use this model' }).click()
  await page.waitForFunction(() => document.querySelector('#overlap').textContent.includes('mended'))
  assert.equal(await page.locator('#model option').count(), models + 1)
  assert.match(await page.locator('#model-facts').textContent(), /sees 96 × 96 pixels: mended, class 2, class 3/)
})
