// Whatever is dropped together is taken together: each thing for what it is, or for what a person says.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { artefacts, axe, bench, data, drop, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** An array of labels as wide and high as the scan, the first row of which are those values in equal parts. */
function labels(...values) {
  const head = "{'descr': '|u1', 'fortran_order': False, 'shape': (256, 256), }".padEnd(117) + '\n'
  const pixels = Buffer.alloc(256 * 256)
  for (let x = 0; x < 256; x++) pixels[x] = values[Math.floor((x * values.length) / 256)]
  return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), Buffer.from(head), pixels])
}

test('a scan, masks, a recipe and what cannot be read are taken in one drop, asked about where that is not clear, and opened again after a reload', { timeout: 240_000 }, async (t) => {
  const [image, mask] = [['images', 'test_00008_gl_ax_t1.jpg'], ['masks', 'test_00008_gl_ax_t1.png']].map((path) => data(t, 'brain', 'test', ...path))
  if (!image || !mask) return
  const page = await b.page({ viewport: { width: 1280, height: 800 } })
  await page.goto(`${b.origin}/#purpose=paper&model=brain-unet-vgg13-w10`)
  await settled(page)
  const facts = (text) => page.locator('#scan-facts').filter({ hasText: text }).waitFor()
  const alert = (text) => page.locator('#alert-text').filter({ hasText: text }).waitFor()
  const scan = { name: 'a.jpg', path: image }

  await drop(page, [scan, { name: 'a.png', path: mask }, { name: 'broken.mha', bytes: Buffer.from('no image') }])
  await facts(/^JPEG.*with truth mask\./)
  await alert(/^Of 3 things 1 could not be taken\. broken\.mha: \p{Lu}[^\n]*\.$/u)
  assert.match(await page.locator('#given').textContent(), /^Taken together: the scan and its truth mask; 1 left out\./)

  await page.getByRole('button', { name: 'Change…' }).press('Enter')
  await page.locator('#intake').getByLabel('a.png').selectOption('region')
  await page.locator('#intake').getByRole('button', { name: 'Take them so' }).press('Enter')
  await facts(/no truth mask, with region of interest\./)

  await drop(page, [scan, { name: 'a_mask.png', path: mask }, { name: 'a_label.npy', bytes: labels(1, 2, 7) }])
  const asking = page.locator('#intake')
  await asking.getByText('A scan has one mask as its truth mask, and 2 were given: choose which it is.').waitFor()
  assert.deepEqual(await axe(page), [])
  await page.screenshot({ path: join(artefacts, 'intake.png') })
  await asking.getByRole('button', { name: 'Take them so' }).press('Enter')
  assert.equal(await asking.isVisible(), true, 'it is still not clear')
  await asking.getByLabel('a_mask.png').selectOption('none')
  await asking.getByRole('button', { name: 'Take them so' }).press('Enter')
  await facts(/^JPEG.*with truth mask\./)
  await page.locator('.values').getByText('are taken as classes of the model, of which it has 3: say which is which.').waitFor()
  await settled(page)
  assert.deepEqual(await page.locator('.values select').evaluateAll((all) => all.map(({ value }) => value)), ['1', '2', '0'])
  await page.locator('.values').getByLabel('Value 7').selectOption('1')
  await page.waitForFunction(() => [...document.querySelectorAll('.values select')].map(({ value }) => value).join() === '1,2,1')
  await settled(page)
  await page.screenshot({ path: join(artefacts, 'intake-values.png'), fullPage: true })

  const { models } = await (await fetch(`${b.origin}/release.json`)).json()
  const recipe = { recipe: 1, version: 'x', model: models.find(({ name }) => name === 'brain-unet-vgg13-w10'), scan: { sample: { name: 'meningioma', seed: 7 }, slice: 0 }, truth: null, region: { runs: [100, 0, 20000, 1, 224 * 224 - 20100, 0], named: true }, attack: { epsilon: 0.02, loss: 'bce', swapped: false, scheme: 'additive', steps: 1 }, metrics: { dice: { union: { before: 0.5, after: 0.25 } } } }
  await drop(page, [{ name: 'recipe.json', bytes: Buffer.from(JSON.stringify(recipe)) }])
  await page.waitForURL(/sample=meningioma&seed=7.*epsilon=0\.02&loss=bce/)
  await facts(/with truth mask, with region of interest\./)
  await alert(/^Attacked as the recipe says\. Its own Dice: 0\.500 before, 0\.250 after\.$/)
  await drop(page, [{ name: 'recipe.json', bytes: Buffer.from(JSON.stringify({ ...recipe, scan: { sample: { name: 'meningioma', seed: 8 }, slice: 0 }, region: null, attack: { method: 'apgd', epsilon: 0.004, steps: 3 } })) }])
  await alert(/^Attacked as the recipe says, but for steps 3, which cannot be chosen here\. /)

  await page.goto(`${b.paper}&model=brain-unet-vgg13-w10`)
  await page.reload()
  await page.getByRole('button', { name: 'Open your scan again' }).press('Enter')
  await facts(/^JPEG.*with truth mask\./)
  await page.locator('.values').waitFor()
  assert.deepEqual(await page.locator('.values select').evaluateAll((all) => all.map(({ value }) => value)), ['1', '2', '1'])
  await page.getByRole('button', { name: 'Forget it' }).press('Enter')
  await page.locator('#kept').waitFor({ state: 'detached' })
  await page.reload()
  await settled(page)
  assert.equal(await page.evaluate(() => Object.keys(sessionStorage).includes('segfault-opened')), false)
  assert.equal(await page.locator('#again').count(), 0)
  assert.deepEqual(page.complaints, [])
  assert.deepEqual(page.requests.filter((url) => !url.startsWith(`${b.origin}/`) && !url.startsWith('blob:')), [])
})

test('the values of a mask are taken for the classes of whatever model is chosen, as far as these go, and asked about', { timeout: 240_000 }, async () => {
  const page = await b.page({ viewport: { width: 1280, height: 800 } })
  await page.goto(`${b.origin}/#purpose=paper&model=brain-unet-vgg13-w10`)
  await settled(page)
  await drop(page, [{ name: 's.npy', bytes: labels(0, 50, 100, 200) }, { name: 's_label.npy', bytes: labels(1, 2, 3) }])
  const said = (menus) => page.waitForFunction((menus) => JSON.stringify([...document.querySelectorAll('.values select')].map(({ value, selectedOptions: [{ text }] }) => [value, text])) === menus, JSON.stringify(menus))
  await said([['1', 'glioma'], ['2', 'meningioma'], ['3', 'pituitary']])
  await settled(page)
  for (const [model, ...menus] of [
    ['hippocampus-unet-vgg13-w4', ['1', 'anterior'], ['2', 'posterior'], ['0', 'nothing']],
    ['heart-unet-vgg13-w10', ['1', 'left ventricle'], ['0', 'nothing'], ['0', 'nothing']],
    ['brain-unet-vgg13-w10', ['1', 'glioma'], ['2', 'meningioma'], ['3', 'pituitary']],
  ]) {
    await page.locator('#model').selectOption(model)
    await said(menus)
    await page.waitForFunction(() => document.querySelector('#engine').dataset.state === 'ready' && document.querySelector('#outdated').textContent === '')
    assert.equal(await page.locator('#alert').isVisible(), false)
  }
  await page.locator('.values').getByLabel('Value 3').selectOption('1')
  await said([['1', 'glioma'], ['2', 'meningioma'], ['1', 'glioma']])
  await page.locator('#model').selectOption('brain-unet-vgg13-w4')
  await settled(page)
  await said([['1', 'glioma'], ['2', 'meningioma'], ['1', 'glioma']])
  await page.goto(`${b.origin}/#purpose=paper&model=hippocampus-unet-vgg13-w4`)
  await page.reload()
  await page.getByRole('button', { name: 'Open your scan again' }).press('Enter')
  await said([['1', 'anterior'], ['2', 'posterior'], ['0', 'nothing']])
  assert.deepEqual(page.complaints, [])
})

test('a DICOM segmentation that is dropped with its series is its truth mask, and so is one alone, whatever it is called', async (t) => {
  const slices = ['a', 'b', 'c', 'd', 'e'].map((name, k) => ({ name: `1-${k + 1}.dcm`, path: data(t, 'masks', 'series_oblique', `${name}.dcm`) }))
  const [seg, contours] = [['seg', 'binary.dcm'], ['rtstruct', 'simple_oblique.dcm']].map((path) => data(t, 'masks', ...path))
  if (!seg || !contours || slices.some(({ path }) => !path)) return
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const facts = (text) => page.locator('#scan-facts').filter({ hasText: text }).waitFor()
  await drop(page, [...slices, { name: '1-6.dcm', path: seg }])
  await facts(/^DICOM.*with truth mask\./)
  assert.match(await page.locator('#given').textContent(), /^Taken together: the scan and its truth mask\. /)
  await drop(page, slices)
  await facts(/no truth mask/)
  await drop(page, [{ name: '1-7.dcm', path: contours }])
  await facts(/^DICOM.*with truth mask\./)
  assert.deepEqual(page.complaints, [])
})

test('files of which none can be read are refused by their names, and nothing is asked of them', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  await drop(page, [{ name: 'a.png', bytes: Buffer.from('no picture') }, { name: 'b.gif', bytes: Buffer.from('GIF89a, and no more') }])
  await page.locator('#alert, #intake[open]').locator('visible=true').waitFor()
  assert.equal(await page.locator('#intake').isVisible(), false)
  assert.match(await page.locator('#alert-text').textContent(), /^a\.png: The file.s name says PNG, .* b\.gif: This is a GIF; /)
  assert.deepEqual(page.complaints, [])
})

test('a recipe that is taken behind a question and cannot be done is refused in a sentence', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const recipe = { recipe: 1, model: { name: 'absent', sha256: '0' }, scan: {}, attack: {}, metrics: { dice: { union: {} } } }
  await drop(page, [{ name: 'a_mask.npy', bytes: labels(1) }, { name: 'a_label.npy', bytes: labels(1) }, { name: 'recipe.json', bytes: Buffer.from(JSON.stringify(recipe)) }])
  for (const name of ['a_mask.npy', 'a_label.npy']) await page.locator('#intake').getByLabel(name).selectOption('none')
  await page.locator('#intake').getByRole('button', { name: 'Take them so' }).press('Enter')
  await page.locator('#alert-text').filter({ hasText: 'The recipe is of the model absent, which is not among those here' }).waitFor({ timeout: 20_000 })
})

for (const [what, recipe, says] of [
  ['of one change for all slices', { universal: true, model: {}, scan: {}, attack: {}, metrics: { made: {}, held: {} } }, /^The recipe is of one change for all slices, which no recipe does again here; /],
  ['that is cut short', {}, /^The recipe is cut short or damaged; expected /],
]) {
  test(`a recipe ${what} is refused in a sentence`, async () => {
    const page = await b.page()
    await page.goto(b.paper)
    await settled(page)
    await drop(page, [{ name: 'recipe.json', bytes: Buffer.from(JSON.stringify({ recipe: 1, ...recipe })) }])
    await page.locator('#alert').waitFor({ state: 'visible' })
    assert.match(await page.locator('#alert-text').textContent(), says)
    assert.deepEqual(page.complaints, [])
  })
}
