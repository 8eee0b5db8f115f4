// What a visitor keeps: an attacked copy that reads as what was attacked, masks, numbers, and a recipe that the command line replays.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync, inflateSync } from 'node:zlib'
import { artefacts, bench, data, drop, root, settled, styled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** A real volume of the test data. */
function volume(t) {
  const folder = data(t, 'hippocampus', 'test', 'images')
  return folder && join(folder, readdirSync(folder).sort()[0])
}

/** Slices of a DICOM series made of a real file: other positions, numbers and brightness. */
function series(path, count) {
  const file = readFileSync(path)
  const value = (group, element) => {
    const head = Buffer.from([group & 255, group >> 8, element & 255, element >> 8])
    const at = file.indexOf(head, 132)
    const long = ['OB', 'OW', 'SQ', 'UN'].includes(file.toString('latin1', at + 4, at + 6))
    return { at: at + (long ? 12 : 8), length: long ? file.readUInt32LE(at + 8) : file.readUInt16LE(at + 6) }
  }
  const [position, number, pixels] = [value(0x20, 0x32), value(0x20, 0x13), value(0x7fe0, 0x10)]
  return Array.from({ length: count }, (_, k) => {
    const copy = Buffer.from(file)
    const turned = (7 * k) % count // files come in another order than slices
    copy.write(`-83.9063\\-91.2000\\${(10 + 2.5 * turned).toFixed(1)}`.padEnd(position.length).slice(0, position.length), position.at, 'latin1')
    copy.write(String(k + 1).padEnd(number.length), number.at, 'latin1')
    for (let i = 0; i + 1 < pixels.length; i += 2) copy.writeInt16LE(Math.round(copy.readInt16LE(pixels.at + i) * (0.6 + 0.1 * turned)), pixels.at + i)
    return { name: `IM${k + 1}`, bytes: copy }
  })
}

/** Opens the page with files on the bench. */
async function opened(files, facts) {
  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(b.paper)
  await settled(page)
  await drop(page, files)
  await page.waitForFunction((facts) => document.querySelector('#scan-facts').textContent.startsWith(facts), facts)
  await settled(page)
  assert.equal(await page.locator('#alert').isVisible(), false)
  return page
}

/** Presses a button of the panel, which moves when what stands beside an attack has come, and returns the file that it offers. */
async function kept(page, text, panel = '#export') {
  await page.locator('#export details').evaluate((more) => (more.open = true))
  const coming = page.waitForEvent('download')
  await page.locator(panel).getByRole('button', { name: text, exact: true }).press('Enter')
  const download = await coming
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

/** Predicts slices of a file in a page that has nothing but a laboratory, and says how big masks are. */
async function predicted(files, slices, model) {
  const page = await b.page()
  await page.goto(`${b.origin}/release.json`)
  return page.evaluate(async ({ files, slices, model }) => {
    const { open } = await import('/segfault.js')
    const lab = await open({ backend: 'cpu' })
    const scan = await lab.load(files.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))))
    const pixels = []
    for (const slice of slices) {
      const { mask } = await lab.predict(scan, { slice, model })
      pixels.push(mask.reduce((sum, v) => sum + v, 0))
    }
    const about = ({ width, height, slices, spacing, type, format }) => ({ width, height, slices, spacing, type, format })
    return { pixels, scan: about(scan), values: Array.from(await lab.slice(scan, slices[0])) }
  }, { files: files.map((bytes) => bytes.toString('base64')), slices, model })
}

const total = ({ metrics: { pixels } }) => pixels.after.reduce((sum, v) => sum + v, 0)

test('a NIfTI slice is attacked, kept, read again, and predicted as attacked', { timeout: 600_000 }, async (t) => {
  const path = volume(t)
  if (!path) return
  const page = await opened([{ name: basename(path), path }], 'NIfTI')
  const slice = Number(await page.locator('#slice').inputValue())
  const copy = await kept(page, 'Attacked scan')
  assert.equal(copy.name, 'adversarial.nii.gz')
  await page.locator('#numbers').getByText('The same budget').waitFor()
  const recipe = JSON.parse((await kept(page, 'Recipe')).bytes)
  assert.deepEqual(recipe.beside.map(({ method }) => method), ['noise'])
  assert.equal(recipe.attack.on, 'scan')
  assert.ok(recipe.metrics.linf > 0)
  assert.equal(JSON.stringify(recipe).includes('hippocampus'), false, 'a recipe does not say the file’s name')
  const numbers = JSON.parse((await kept(page, 'Numbers as JSON')).bytes)
  await page.screenshot({ path: join(artefacts, 'export-nifti.png'), fullPage: true })

  const [original, again] = [gunzipSync(readFileSync(path)), gunzipSync(copy.bytes)]
  const header = Buffer.from(original.subarray(0, 352))
  for (const [from, to] of [[4, 38], [148, 252], [328, 344]]) header.fill(0, from, to) // texts, which could name somebody
  assert.deepEqual(again.subarray(0, 352), header, 'the header is kept but for its texts')
  assert.equal(again.length, original.length)
  await page.locator('#export').getByLabel('Keep what the file says of the patient').check()
  const named = gunzipSync((await kept(page, 'Attacked scan')).bytes)
  assert.deepEqual(named.subarray(0, 352), original.subarray(0, 352), 'asked for, the whole header is kept')
  const { pixels, values } = await predicted([copy.bytes], [slice], recipe.model.name)
  const clean = await predicted([readFileSync(path)], [slice], recipe.model.name)
  assert.equal(pixels[0], total(numbers), 'the copy predicts what the attack did')
  const change = values.reduce((most, v, i) => Math.max(most, Math.abs(v - clean.values[i])), 0)
  assert.ok(Math.abs(change - numbers.scan.linf) <= 1e-5 * change, `the copy differs by ${change}, as told: ${numbers.scan.linf}`)

  const folder = b.made()
  const file = join(folder, 'recipe.json')
  writeFileSync(file, JSON.stringify(recipe))
  const out = b.run('attack', '-recipe', file, '-scan', path, '-out', join(folder, 'out'))
  assert.match(out, /^Dice after +[\d.]+ there, [\d.]+ here/m)
  assert.match(out, /^noise, Dice after +[\d.]+ there, [\d.]+ here/m)
  const native = JSON.parse(readFileSync(join(folder, 'out', 'metrics.json')))
  assert.ok(Math.abs(native.scan.linf - numbers.scan.linf) <= 1e-4 * native.scan.linf)
})

test('a DICOM series is attacked slice by slice, kept, read again, and predicted as attacked', { timeout: 900_000 }, async (t) => {
  const path = data(t, 'formats', 'dicom', 'MR_small.dcm')
  if (!path) return
  const files = series(path, 5)
  const page = await opened(files, 'DICOM, 64 × 64 × 5, 0.31 × 0.31 × 2.5 mm')
  const panel = page.locator('#volume')
  await panel.getByRole('button', { name: 'Attack all 5 slices' }).click()
  await panel.getByRole('button', { name: 'Attacked volume' }).waitFor()
  await panel.getByText(/As much noise: agreement (–|[\d. /]+), and (–|[\d. /]+) under the attack/).waitFor()
  const copy = await kept(page, 'Attacked volume', '#volume')
  assert.equal(copy.name, 'adversarial.zip')
  const table = (await kept(page, 'Numbers as CSV', '#volume')).bytes.toString().trim().split('\r\n').slice(1).map((row) => row.split(','))
  assert.equal(table.length, 5)
  const recipe = JSON.parse((await kept(page, 'Recipe', '#volume')).bytes)
  await page.screenshot({ path: join(artefacts, 'export-series.png'), fullPage: true })
  assert.equal(await page.locator('.slice-bar').count(), 5, 'the overlap of each slice')
  await page.locator('.slice-bar').nth(1).click()
  assert.equal(await page.locator('#slice').inputValue(), '1')
  await page.locator('.planes summary').press('Enter')
  await page.waitForFunction(() => [...document.querySelectorAll('.plane canvas')].every(({ width, height }) => width === 64 && height === 5))
  await page.locator('.plane').first().click({ position: { x: 2, y: 1 } })
  assert.equal(await page.locator('#slice').inputValue(), '4', 'the last slice is the highest row')
  await page.locator('#slice-field').screenshot({ path: join(artefacts, 'planes.png') })
  await page.getByRole('button', { name: 'Play' }).press('Enter')
  await page.waitForFunction(() => document.querySelector('#slice').value !== '4')
  await page.locator('#slice-field').getByRole('button', { name: 'Stop' }).press('Enter')
  await panel.getByRole('button', { name: 'One change for all slices' }).press('Enter')
  const change = page.locator('#universal-table tbody tr')
  await change.first().waitFor()
  assert.deepEqual(await change.evaluateAll((rows) => rows.map(({ cells }) => [cells[0].textContent, cells[1].textContent])), [['made of', '3'], ['held out', '2'], ['as much noise', '5']])
  assert.equal(JSON.parse((await kept(page, 'One change as recipe', '#volume')).bytes).attack.method, 'bim', 'in place of one that can make none')
  const epsilon = await page.locator('#epsilon-exact').inputValue()
  for (const [value, says] of [['0.02', 'This change is of the settings before; make another for those of now.'], [epsilon, '']]) {
    await page.locator('#epsilon-exact').fill(value)
    await page.locator('#epsilon-exact').press('Enter')
    await page.waitForFunction((says) => document.querySelector('.universal .hint').textContent === says, says)
    assert.equal(await styled(page, '.slice-strip', 'opacity') === '1', says === '', 'bars of other settings than the pictures above are dimmed')
  }
  await settled(page)

  const parts = stored(copy.bytes)
  assert.equal(parts.length, 5)
  for (const part of parts) {
    assert.match(part.toString('latin1'), /DERIVED/)
    assert.equal(part.includes('CompressedSamples'), false, 'the patient is not in the copy')
  }
  const model = await page.locator('#model').inputValue()
  const clean = await predicted(files.map(({ bytes }) => bytes), [0, 1, 2, 3, 4], model)
  const attacked = await predicted(parts, [0, 1, 2, 3, 4], model)
  assert.deepEqual(attacked.scan, clean.scan, 'geometry and type are kept')
  const flipped = table.map((row) => Number(row[4]))
  for (const slice of [0, 1, 2, 3, 4]) {
    assert.ok(Math.abs(attacked.pixels[slice] - clean.pixels[slice]) <= flipped[slice], `slice ${slice}`)
  }
  assert.notDeepEqual(attacked.values, clean.values)

  assert.equal(recipe.scan.slice, 'all')
  const written = (row) => row.slice(1, 3).map((score) => (score === '' ? null : Number(score)))
  assert.deepEqual(recipe.metrics.slices.map(({ before, after }) => [before, after]), table.map(written))
  const said = replayed(recipe, files)
  assert.match(said, /slice 4, Dice after +[\d.]+ there, [\d.]+ here/)
  assert.match(said, /^Dice after +[\d.]+ there, [\d.]+ here$/m)
})

test('a DICOM series with a segmentation as truth is attacked, and its masks are segmentations that pydicom opens', { timeout: 600_000 }, async (t) => {
  const folder = data(t, 'masks', 'series_oblique')
  const python = pydicom(t)
  if (!folder || !python) return
  const page = await opened(readdirSync(folder).map((name) => ({ name, path: join(folder, name) })), 'DICOM, 31 × 23 × 7')
  await drop(page, [{ name: 'truth.dcm', path: data(t, 'masks', 'seg', 'fractional_255.dcm') }], '.drop-zone[data-open=truth]')
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.includes('with truth mask'))
  await settled(page)
  const slice = Number(await page.locator('#slice').inputValue())
  const out = b.made()
  for (const name of ['Truth', 'Found after']) writeFileSync(join(out, name), (await kept(page, `${name}, DICOM`)).bytes)
  assert.deepEqual(page.complaints, [])

  const script = join(root, 'core', 'scan', 'formats', 'testdata', 'segments.py')
  const [truth, found] = JSON.parse(execFileSync(python, [script, join(out, 'Truth'), join(out, 'Found after')]))
  for (const file of [truth, found]) assert.deepEqual([file.class, file.instances.length, file.patient], ['Segmentation Storage', 7, ''])
  assert.deepEqual([truth.segments, found.segments[0]], [[[1, 'truth']], [1, 'glioma']])
  const { labels } = JSON.parse(readFileSync(data(t, 'masks', 'expected.json'))).truths['A.one']
  const all = labels.flatMap((count, i) => (i % 2 ? [] : Array(count).fill(labels[i + 1])))
  assert.deepEqual([...Buffer.from(truth.frames[0].pixels, 'base64')], all.slice(31 * 23 * slice, 31 * 23 * (slice + 1)))
})

/** A Python that reads DICOM, or undefined: then the test is skipped, or fails where CI is set. */
function pydicom(t) {
  const found = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import numpy, pydicom']).status === 0)
  if (found) return found
  if (process.env.CI) throw new Error('no Python with numpy and pydicom')
  t.skip('no Python with numpy and pydicom')
}

test('the recipe of a volume holds what was painted on its slices', { timeout: 600_000 }, async (t) => {
  const path = data(t, 'formats', 'dicom', 'MR_small.dcm')
  if (!path) return
  const files = series(path, 3)
  const page = await b.page()
  await page.goto(`${b.origin}/release.json`)
  const [recipe, once] = await page.evaluate(async (files) => {
    const { open } = await import('/segfault.js')
    const lab = await open({ backend: 'cpu' })
    const scan = await lab.load(files.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))))
    scan.region = await lab.paint(scan, { as: 'region', slice: 1, points: [[40, 40], [90, 90]], radius: 20 })
    return [lab.recipe(scan, await lab.attackVolume(scan, {})), lab.recipe(scan, await lab.universal(scan, { steps: 2, model: 'brain-unet-vgg13-w10+brain-unet-vgg13-w4' }))]
  }, files.map(({ bytes }) => bytes.toString('base64')))
  assert.equal(recipe.attack.where, 'region')
  assert.equal(recipe.truth, null)
  assert.deepEqual(recipe.region.slices.map((runs) => runs.length > 2), [false, true, false])
  assert.deepEqual(recipe.metrics.slices.map(({ linf }) => linf > 0), [false, true, false])
  assert.match(replayed(once, files), /held out, Dice after +0\.\d+ there/, 'one change for all slices, and of the mean of two models')
  assert.match(replayed(recipe, files), /slice 1, largest change +0\.00\d+ there/)
})

/** What the command line says when it replays a series' recipe; it fails where the numbers differ. */
function replayed(recipe, files) {
  const folder = b.made()
  mkdirSync(join(folder, 'series'))
  for (const { name, bytes } of files) writeFileSync(join(folder, 'series', name), bytes)
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe))
  return b.run('attack', '-recipe', join(folder, 'recipe.json'), '-scan', join(folder, 'series'), '-out', join(folder, 'out'))
}

/** The members of a ZIP archive that does not compress. */
function stored(zip) {
  const members = []
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
    const from = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28)
    members.push(zip.subarray(from, (at = from + zip.readUInt32LE(at + 18))))
  }
  return members
}

test('masks, pictures and numbers of a sample can be kept, and its recipe is replayed', { timeout: 600_000 }, async () => {
  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(b.paper)
  await settled(page)
  assert.ok(await page.locator('#export').getByRole('button', { name: 'Attacked scan' }).isDisabled())
  const png = await kept(page, 'Found after, PNG')
  assert.equal(png.name, 'mask-after.png')
  assert.equal((await kept(page, 'Found before, PNG')).name, 'mask-before.png', 'kept beside the other')
  assert.deepEqual(png.bytes.subarray(1, 4).toString(), 'PNG')
  const nifti = gunzipSync((await kept(page, 'Truth, NIfTI')).bytes)
  assert.equal(nifti.readInt32LE(0), 348)
  const panel = await kept(page, 'Pictures as PNG')
  writeFileSync(join(artefacts, 'panel.png'), panel.bytes)
  assert.ok(panel.bytes.length > 20_000)
  assert.match((await kept(page, 'Numbers as CSV')).bytes.toString(), /^model,.*,scan_linf\r\n.*,input,0,,,,,,\r\n$/)
  const recipe = (await kept(page, 'Recipe')).bytes
  assert.equal(JSON.parse(recipe).scan.sample.name, 'glioma')

  const folder = b.made()
  writeFileSync(join(folder, 'recipe.json'), recipe)
  const out = b.run('attack', '-recipe', join(folder, 'recipe.json'), '-out', join(folder, 'out'))
  const [, there, here] = /Dice after +([\d.]+) there, ([\d.]+) here/.exec(out)
  assert.ok(Math.abs(there - here) <= 0.005)
})

test('truth and region can be kept as PNG, which is read as the same masks', { timeout: 600_000 }, async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const truth = (await kept(page, 'Truth, PNG')).bytes
  const nifti = gunzipSync((await kept(page, 'Truth, NIfTI')).bytes).subarray(352)
  const row = 1 + truth.readUInt32BE(16) // a filter's number, then labels
  const rows = inflateSync(truth.subarray(41, truth.length - 16))
  assert.deepEqual(rows.filter((_, i) => i % row), nifti)
  assert.ok(nifti.includes(1))
  await page.locator('#export details').evaluate((more) => (more.open = true))
  const region = page.locator('#export').getByRole('button', { name: 'Region, PNG' })
  assert.equal(await region.isVisible(), false)
  await drop(page, [{ name: 'region.png', bytes: truth }], '.drop-zone[data-open=region]')
  await region.waitFor()
  assert.deepEqual((await kept(page, 'Region, PNG')).bytes, truth)
  assert.deepEqual(page.complaints, [])
})

test('the page says that a colour picture is attacked as grey and kept in colour', { timeout: 600_000 }, async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const picture = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 })
    const context = canvas.getContext('2d')
    for (const [x, colour] of ['#204060', '#806020', '#c0a0a0', '#202020'].entries()) {
      context.fillStyle = colour
      context.fillRect(16 * x, 0, 16, 48)
    }
    return canvas.toDataURL('image/png').split(',')[1]
  })
  await drop(page, [{ name: 'colour.png', bytes: Buffer.from(picture, 'base64') }])
  await page.locator('#scan-facts').filter({ hasText: 'PNG, 64 × 48, no truth mask. Of the scan’s colours the model sees the grey.' }).waitFor()
  await page.locator('#export .fact').filter({ hasText: 'This is what a saved copy holds, in its colours, of which all three of a pixel are moved alike.' }).waitFor()
  const copy = (await kept(page, 'Attacked scan')).bytes
  assert.equal(copy[25], 2, 'the copy’s kind of colour is RGB')
  assert.deepEqual(page.complaints, [])
})

test('an attack on every slice can be cancelled, and the next one runs', { timeout: 600_000 }, async (t) => {
  const path = volume(t)
  if (!path) return
  const page = await b.page()
  await page.goto(`${b.origin}/release.json`)
  const seen = await page.evaluate(async (text) => {
    const { open } = await import('/segfault.js')
    const lab = await open({ backend: 'cpu' })
    const scan = await lab.load(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))
    const controller = new AbortController()
    const reason = await lab.attackVolume(scan, {
      signal: controller.signal,
      onProgress: ({ stage, done }) => stage === 'slice' && done === 2 && controller.abort(),
    }).then(() => 'it went on', (error) => error.name)
    const fault = await lab.attack(scan, { slice: 3 })
    return { reason, on: fault.attack.on }
  }, readFileSync(path).toString('base64'))
  assert.deepEqual(seen, { reason: 'AbortError', on: 'scan' })
})

test('the page says what it has fetched, and that it asked nobody else', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  await page.locator('#privacy > details > summary').click()
  const fact = page.locator('#privacy [role=status]')
  await page.waitForFunction(() => document.querySelector('#privacy [role=status]').textContent)
  assert.match(await fact.textContent(), /has fetched \d+ files of this site, and asked any other for nothing\.$/)
  await page.locator('#privacy details details summary').click()
  const log = await page.locator('#privacy .log li').allTextContents()
  for (const file of ['segfault.js', 'engine/segfault.wasm', 'release.json']) assert.ok(log.includes(file), `${file} is in the log`)
  assert.deepEqual(log.filter((line) => /^https?:/.test(line)), [])
  await page.evaluate(() => fetch('https://example.org/').catch(() => {}))
  await page.waitForFunction(() => document.querySelector('#privacy [role=status]').textContent.endsWith('The policy has refused https://example.org/.'), undefined, { timeout: 20_000 })
})
