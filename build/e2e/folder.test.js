// A folder of scans: one row a scan, attacked one after the other.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { axe, bench, data, dropFromDisk, root, settled } from './bench.js'

let b
const model = 'brain-unet-vgg13-w10'
const home = mkdtempSync(join(tmpdir(), 'segfault-folder-'))
before(async () => (b = await bench()))
after(async () => {
  await b?.close()
  rmSync(home, { recursive: true, force: true })
})

/** A folder with a scan and its mask, one without, one with a mask of another size, and one that is no scan. */
function folder(t) {
  const [scan, mask] = [['images', 'test_00008_gl_ax_t1.jpg'], ['masks', 'test_00008_gl_ax_t1.png']].map((path) => data(t, 'brain', 'test', ...path))
  if (!scan || !mask) return undefined
  const set = join(home, 'set')
  for (const name of ['images', 'masks']) mkdirSync(join(set, name), { recursive: true })
  for (const name of ['one', 'bare', 'wide']) cpSync(scan, join(set, 'images', `${name}.jpg`))
  cpSync(mask, join(set, 'masks', 'one.png'))
  const head = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117) + '\n'
  writeFileSync(join(set, 'masks', 'wide.npy'), Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), Buffer.from(head), Buffer.from([0, 1, 1, 0])]))
  writeFileSync(join(set, 'images', '=broken.png'), 'no picture')
  return set
}

test('a folder of one scan is told of as one', async () => {
  const one = join(home, 'single')
  mkdirSync(one)
  const head = "{'descr': '|u1', 'fortran_order': False, 'shape': (64, 64), }".padEnd(117) + '\n'
  writeFileSync(join(one, 'a.npy'), Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), Buffer.from(head), Buffer.alloc(64 * 64, 100)]))
  const page = await b.page()
  await page.goto(`${b.origin}/#view=folder&purpose=paper`)
  await page.locator('#folder input[type=file]').setInputFiles(one)
  const says = (text) => page.locator('#folder .finding').filter({ hasText: text }).waitFor({ timeout: 20_000 })
  await says('1 scan, 0 with a mask.')
  await page.getByRole('button', { name: 'Attack 1 scan', exact: true }).press('Enter')
  await says('1 of 1 scan is attacked.')
})

test('a dropped folder becomes a table that is attacked, sorted and kept; what cannot be is a sentence, the others go on, and finished rows outlive a reload', { timeout: 240_000 }, async (t) => {
  const set = folder(t)
  if (!set) return
  const page = await b.page({ viewport: { width: 1440, height: 900 }, acceptDownloads: true })
  await page.goto(`${b.origin}/?backend=cpu#view=sweep&purpose=paper&model=${model}`)
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('Simulated'))
  await dropFromDisk(page, set)
  const finding = page.locator('#folder .finding')
  await page.waitForFunction(() => document.querySelector('#folder .finding')?.textContent === '4 scans, 2 with a mask.')
  await page.getByRole('button', { name: 'Attack 4 scans' }).press('Enter')
  await page.waitForFunction(() => document.querySelector('#folder .finding').textContent === '2 of 4 scans are attacked.' && document.querySelector('#engine').dataset.state === 'ready')
  const rows = () => page.locator('#folder-table tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].slice(1).map((cell) => cell.textContent)))
  const table = await rows()
  assert.deepEqual(table.map(([name]) => name), ['=broken.png', 'bare.jpg', 'one.jpg', 'wide.jpg'].map((name) => `set/images/${name}`))
  assert.deepEqual([1, 2].map((k) => table[k].slice(1, 3)), [['1', 'the first answer'], ['1', 'its mask']])
  assert.match(table[0].at(-1), /^\p{Lu}.*\.$/u)
  assert.match(table[3].at(-1), /^\p{Lu}.*\.$/u)
  const expected = await b.attack(['-scan', join(set, 'images', 'one.jpg'), '-truth', join(set, 'masks', 'one.png')], join(root, 'weights', `${model}.safetensors`))
  assert.equal(table[2][4], expected.metrics.dice.union.after.toFixed(3))
  assert.equal(await page.locator('#folder tbody img').count(), 4)

  await page.getByRole('button', { name: 'One change for all scans' }).press('Enter')
  const change = page.locator('#universal-table tbody tr')
  await change.first().waitFor()
  assert.deepEqual(await change.evaluateAll((rows) => rows.map((row) => [...row.cells].slice(0, 2).map((cell) => cell.textContent))), [['made of', '1'], ['held out', '1'], ['as much noise', '2']], 'of those that can be opened')
  assert.match(await page.locator('.universal .finding').textContent(), /^One change for all: .* on the 1 slice that it was made of, .* on the one that was held out\.$/)

  await page.locator('[data-column=dice_after]').press('Enter')
  await page.locator('[data-column=dice_after]').press('Enter')
  assert.equal(await page.locator('[aria-sort]').getAttribute('aria-sort'), 'descending')
  const sorted = (await rows()).map(([, , , , after]) => after)
  assert.deepEqual(sorted.slice(2), [undefined, undefined])
  assert.ok(Number(sorted[0]) >= Number(sorted[1]))
  assert.deepEqual(await axe(page), [])

  const kept = async (name, encoding = 'utf8') => {
    const coming = page.waitForEvent('download')
    await page.locator('#folder').getByRole('button', { name }).press('Enter')
    return readFile(await (await coming).path(), encoding)
  }
  const lines = (await kept('Numbers as CSV')).trim().split('\r\n')
  assert.equal(lines.length, 5)
  assert.match(lines[0], /^scan,slices,reference,dice_before,dice_after/)
  const archive = await kept('Attacked copies as ZIP', 'latin1')
  assert.match(archive, /^PK\x03\x04/)
  assert.deepEqual(['bare', 'one', 'wide'].map((name) => archive.includes(`set/images/${name}.png`)), [true, true, false], 'a copy of each that was attacked')
  const report = await kept('Robustness report')
  for (const told of ['set/images/one.jpg', 'set/images/=broken.png', 'As much noise', 'Without gradients', '<dt>strength, ε</dt><dd>0.009</dd>', '; without a mask, agreement with its own first answer is ']) assert.ok(report.includes(told), told)
  assert.equal(report.match(/<img src="data:image\/png;base64,/g).length, 4)
  assert.equal(/<script|https?:/.test(report), false, 'it needs nothing beside itself')
  const { scans } = JSON.parse(await kept('Numbers as JSON'))
  assert.equal(scans.find(({ name }) => name.endsWith('one.jpg')).recipe.metrics.dice.union.after, expected.metrics.dice.union.after)

  await page.reload()
  await page.waitForFunction(() => document.querySelector('#folder .finding')?.textContent === '2 of 4 scans are attacked; open the folder again for the others.')
  assert.equal((await rows()).find(([name]) => name.endsWith('one.jpg'))[4], table[2][4])
  assert.equal(await page.locator('#folder tbody img').count(), 4)
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('Simulated'))
  await dropFromDisk(page, set)
  await page.getByRole('button', { name: 'Attack the 2 left' }).waitFor()
  assert.deepEqual(page.complaints, [])
})

test('a scan alone that is dropped on the folder view is shown, and a row opens with its mask; a folder of one stays there', async (t) => {
  const set = folder(t)
  if (!set) return
  const page = await b.page()
  page.setDefaultTimeout(30_000)
  await page.goto(`${b.origin}/?backend=cpu#view=folder&purpose=paper&model=${model}`)
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('Simulated'))
  const finding = (text) => page.locator('#folder .finding').filter({ hasText: text }).waitFor()
  const seen = async (facts) => {
    await page.locator('#scan-facts').filter({ hasText: facts }).waitFor()
    await settled(page)
    assert.equal(await page.locator('body').getAttribute('data-view'), 'attack')
    return page.locator('#dice-before').textContent()
  }
  await dropFromDisk(page, join(set, 'images', 'bare.jpg'))
  await seen('no truth mask')

  const empty = join(home, 'empty')
  const small = join(home, 'small')
  for (const name of ['images', 'masks']) mkdirSync(join(small, name), { recursive: true })
  mkdirSync(empty)
  writeFileSync(join(empty, 'notes.txt'), 'no scan')
  cpSync(join(set, 'images', 'one.jpg'), join(small, 'images', 'one.jpg'))
  cpSync(join(set, 'masks', 'one.png'), join(small, 'masks', 'one.png'))
  await page.locator('.views a', { hasText: 'Folder' }).press('Enter')
  await page.locator('#folder button').first().waitFor()
  await dropFromDisk(page, empty)
  await page.locator('#alert').waitFor()
  await dropFromDisk(page, small)
  await finding('1 scan, 1 with a mask.')
  assert.equal(await page.locator('#alert').isVisible(), false, 'what was wrong with the folder before is not wrong with this one')
  await page.getByRole('button', { name: 'Attack 1 scan', exact: true }).press('Enter')
  await finding('1 of 1 scan is attacked.')
  const [, , , , before] = await page.locator('#folder-table tbody tr td, #folder-table tbody tr th').allTextContents()
  await page.getByRole('button', { name: 'small/images/one.jpg' }).press('Enter')
  assert.equal(await seen('with truth mask'), before)
  await page.locator('.views a', { hasText: 'Folder' }).press('Enter')
  await page.getByRole('radio', { name: 'Heart' }).check()
  await seen('Simulated')
})
