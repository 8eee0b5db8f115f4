// One scan against every model and every loss.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { axe, bench, fewModels, onRealScan, photograph, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const scores = (page) => page.locator('.multiple output').allTextContents()

test('a dropped scan is attacked with models and every loss, by keyboard alone', { timeout: 900_000 }, async (t) => {
  const page = await onRealScan(t, b, 'compare')
  if (!page) return
  const brain = await fewModels(page, '#compare-models')
  assert.ok((await page.locator('#compare-stored tbody tr').count()) > 1, 'what the build has of them')
  await page.locator('#compare-epsilon').press('Enter')
  await page.waitForFunction(() => document.querySelector('#compare-finding').textContent)
  assert.equal(await page.locator('#compare-stored').isVisible(), false)
  assert.equal(await page.locator('#compare-models').isVisible(), false, 'the form is folded')

  const shown = await scores(page)
  assert.equal(shown.length, brain * 5, 'the untouched scan and four losses for each model')
  for (const score of shown) assert.match(score, /^[01]\.\d{3}( \/ [01]\.\d{3})?$/)
  assert.match(await page.locator('#compare-finding').textContent(), /^The mean Dice falls from 0\.\d{3} to 0\.\d{3}(, that of the true class from 0\.\d{3} to 0\.\d{3})?, though no pixel changed by more than 0\.[89]%/)
  assert.equal(await page.locator('#compare-table tbody tr').count(), brain)
  assert.equal(await page.locator('#alert').isVisible(), false)

  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#compare-csv').press('Enter')])
  const rows = readFileSync(await download.path(), 'utf8').trim().split('\r\n')
  assert.equal(rows.length, 1 + brain * 4)
  assert.match(rows[0], /,dice_before,dice_after,true_class_before,true_class_after,ending,/)
  assert.match(rows[1], /,fgsm,everywhere,\w+,\d+,,,$/, 'the method, and which slice')
  assert.ok(rows.every((row) => row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).length === rows[0].split(',').length))

  assert.deepEqual(await axe(page), [])
  await photograph(page, 'compare')

  // The first attack by cross-entropy, opened alone, has the number that its small picture had.
  const cell = page.locator('.multiple-row').first().locator('.multiple').nth(2)
  const expected = await cell.locator('output').textContent()
  await cell.getByRole('button').press('Enter')
  await settled(page)
  assert.equal(await page.locator('#dice-after').textContent(), expected.split(' / ')[0])
  assert.equal(await page.locator('#loss').inputValue(), 'bce')
  assert.match(page.url(), /#view=attack&purpose=paper&model=.*&loss=bce/)
  assert.deepEqual(page.complaints, [])
})

for (const [view, says, cost] of [['compare', '1 model, 1 loss', /^1 attack; the model is [\d.]+ MB, fetched once\.$/], ['sweep', '1 model', / attacks; the model is [\d.]+ MB, fetched once\.$/]]) {
  test(`one model is told of as one in the ${view} view`, async () => {
    const page = await b.page({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${b.origin}/#view=${view}&purpose=paper`)
    await page.locator(`#${view}-models [name=model]`).first().waitFor({ state: 'attached' })
    for (const name of ['model', 'loss']) {
      for (const box of (await page.locator(`#${view} [name=${name}]:checked`).all()).slice(1).reverse()) await box.press('Space')
    }
    assert.equal(await page.locator(`#${view}-choices summary`).textContent(), says)
    assert.match(await page.locator(`#${view}-cost`).textContent(), cost)
  })
}

test('a comparison can be cancelled, keeps what has come and starts again', { timeout: 900_000 }, async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/#view=compare`)
  await page.waitForFunction(() => document.querySelectorAll('#compare-models [name=model]').length)
  await page.getByRole('checkbox', { name: 'as in the paper' }).check()
  await page.getByRole('button', { name: 'Attack', exact: true }).click()
  await page.waitForFunction(() => document.querySelectorAll('.multiple:not(.pending)').length >= 2)
  await page.locator('#cancel').waitFor()
  await page.locator('#cancel').press('Enter')
  await page.waitForFunction(() => document.querySelector('#compare-finding').textContent)
  const some = (await scores(page)).filter((score) => score !== '–').length
  assert.ok(some >= 2 && some < (await scores(page)).length, `${some} pictures`)
  assert.equal(await page.locator('#alert').isVisible(), false, 'a cancel is no complaint')
  assert.match(await page.locator('#compare-finding').textContent(), / This is of \d+ of the \d+ attacks\.$/)

  await fewModels(page, '#compare-models')
  for (const name of ['Dice + focal', 'Dice', 'Focal', 'as in the paper']) await page.locator('#compare-ask').getByRole('checkbox', { name, exact: true }).uncheck()
  await page.getByRole('button', { name: 'Attack', exact: true }).click()
  await page.waitForFunction(() => document.querySelector('#compare-finding').textContent && !document.querySelector('.multiple.pending'))
})

test('a comparison that is asked for again while it runs starts anew', { timeout: 900_000 }, async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/#view=compare`)
  await fewModels(page, '#compare-models')
  const attack = page.getByRole('button', { name: 'Attack', exact: true })
  await attack.click()
  await page.waitForFunction(() => document.querySelectorAll('.multiple:not(.pending)').length >= 2)
  await attack.press('Enter')
  await page.waitForFunction(() => document.querySelector('#compare-finding').textContent)
  assert.deepEqual((await scores(page)).filter((score) => score === '–'), [], 'only the second one says what it found, once it is whole')
})

test('every attack is shown to every model, their mean among them, and another scan clears it all', { timeout: 900_000 }, async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/#view=compare`)
  const models = await fewModels(page, '#compare-models')
  for (const name of ['Dice', 'Focal', 'Cross-entropy']) await page.locator('#compare-ask').getByRole('checkbox', { name, exact: true }).uncheck()
  for (const name of ['attack their mean', 'show each attack to every model']) await page.locator('#compare-ask').getByRole('checkbox', { name }).check()
  await page.locator('#compare-epsilon').press('Enter')
  await page.waitForFunction(() => document.querySelector('#compare-finding').textContent)

  // Every attack was shown to every model, and to their mean; on the model that it was made for it did what the other table has.
  assert.equal(await page.locator('.multiple-row').count(), models + 1)
  const table = (id) => page.locator(`${id} tbody tr`).evaluateAll((list) => list.map((row) => [...row.cells].map(({ textContent }) => textContent)))
  const [compared, [untouched, noise, ...crafted]] = [await table('#compare-table'), await table('#transfer-table')]
  assert.deepEqual(crafted.map((row, k) => row[k + 1]), compared.map((row) => row[3]))
  assert.deepEqual(untouched.slice(1), compared.map((row) => row[1]))
  assert.deepEqual([noise[0], noise.length], ['as much noise', untouched.length])
  for (const [k, { 2: told }] of compared.entries()) assert.ok(Math.abs(parseFloat(told) - parseFloat(noise[k + 1])) < 0.05, `noise of two draws: ${told} and ${noise[k + 1]}`)
  await page.locator('#another').click()
  await page.locator('#compare-result').waitFor({ state: 'hidden' })
})

test('a model of one’s own is compared with those of the sample', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const weights = await fetch(`${b.origin}/weights/brain-unet-vgg13-w10.safetensors`)
  await page.locator('#file-model').setInputFiles({ name: 'own.safetensors', mimeType: '', buffer: Buffer.from(await weights.arrayBuffer()) })
  await page.getByRole('button', { name: 'Use this model' }).press('Enter')
  await page.waitForFunction(() => document.querySelector('#model').value === 'own')
  for (const view of ['compare', 'sweep']) {
    await page.evaluate((view) => (location.hash = `view=${view}`), view)
    await page.locator(`#${view}-models [name=model][value=own]`).waitFor({ state: 'attached' })
    const offered = await page.locator(`#${view}-models [name=model]`).evaluateAll((all) => all.map(({ value }) => value))
    assert.ok(offered.includes('brain-unet-vgg13-w4') && !offered.some((name) => name.startsWith('heart')), offered.join())
  }
})
