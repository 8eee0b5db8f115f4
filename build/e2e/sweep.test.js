// Dice against ε.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { artefacts, axe, bench, fewModels, onRealScan, photograph, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const cells = (page, row) => page.locator('#sweep-table tbody tr').nth(row).locator('th, td').allTextContents()

test('a sweep of a dropped scan plots and tabulates every ε, by keyboard alone', { timeout: 900_000 }, async (t) => {
  const page = await onRealScan(t, b, 'sweep')
  if (!page) return
  assert.equal(page.requests.some((url) => url.endsWith('/vendor/d3.js')), false, 'the plot is not loaded before it is wanted')
  const brain = await fewModels(page, '#sweep-models')
  assert.match(await page.locator('#sweep-stored figcaption').textContent(), /^From the build/)
  await page.locator('#sweep-stored img').waitFor()
  await page.getByRole('button', { name: 'Sweep', exact: true }).press('Enter')
  await page.waitForFunction(() => document.querySelector('#sweep-finding').textContent)
  assert.equal(await page.locator('#sweep-stored').isVisible(), false)
  assert.equal(await page.locator('#sweep-models').isVisible(), false, 'the form is folded')

  assert.equal(await page.locator('#sweep-table tbody tr').count(), 21)
  const lines = (await page.locator('#sweep-table thead th').count()) - 1 // the true class has its own where it differs
  assert.equal(await page.locator('#sweep-plot .series-mark').count(), lines * 22, 'a mark for every ε and one in the legend')
  assert.match(await page.locator('#sweep-finding').textContent(), /Dice of 0\.5/)
  const dice = (await cells(page, 9)).map(Number)
  assert.equal(dice[0], 0.009)

  // The cursor starts at the dial's ε, reads what the table has, and goes where keys send it.
  const plot = page.getByRole('slider', { name: /^Cursor/ })
  assert.equal(await plot.getAttribute('aria-valuenow'), '0.009')
  assert.ok((await plot.getAttribute('aria-valuetext')).includes(dice[1].toFixed(3)))
  await plot.press('ArrowRight')
  assert.equal(await plot.getAttribute('aria-valuenow'), '0.01')
  await plot.press('End')
  assert.equal(await plot.getAttribute('aria-valuenow'), '0.02')

  assert.deepEqual(await axe(page), [])
  await photograph(page, 'sweep')
  const collided = await page.locator('#sweep-plot .series:has(.plot-name)').evaluateAll((all) => all.map((one) => ['.plot-name', '.plot-value'].map((part) => one.querySelector(part).getBoundingClientRect()))
    .filter(([name, value]) => value.width && name.right > value.left).length)
  assert.equal(collided, 0, 'titles end before their values, on a phone, too')

  const [numbers] = await Promise.all([page.waitForEvent('download'), page.locator('#sweep-csv').press('Enter')])
  assert.equal(readFileSync(await numbers.path(), 'utf8').trim().split('\r\n').length, 1 + 21 * brain)
  const [picture] = await Promise.all([page.waitForEvent('download'), page.locator('#sweep-svg').press('Enter')])
  const svg = readFileSync(await picture.path(), 'utf8')
  writeFileSync(join(artefacts, 'sweep.svg'), svg)
  assert.doesNotMatch(svg, /class=|var\(|currentcolor/, 'it needs no style sheet')
  const shown = await page.evaluate((text) => {
    const drawing = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement
    return [drawing.localName, drawing.namespaceURI, drawing.getAttribute('width'), drawing.querySelectorAll('path').length]
  }, svg)
  assert.deepEqual(shown, ['svg', 'http://www.w3.org/2000/svg', '896', lines * 24])

  // The attack at the cursor is the one that the table has.
  const last = (await cells(page, 20))[1]
  await page.locator('#sweep-open').press('Enter')
  await settled(page)
  assert.equal(await page.locator('#epsilon-exact').inputValue(), '0.02')
  assert.equal(await page.locator('#dice-after').textContent(), last)
  assert.deepEqual(page.complaints, [])
})

test('a sweep takes the loss and the scheme of the settings, and a cancel keeps what has come', { timeout: 900_000 }, async () => {
  const page = await b.page({ acceptDownloads: true })
  await page.goto(`${b.origin}/#view=sweep&loss=bce&scheme=blend&swapped=yes`)
  await page.waitForFunction(() => document.querySelectorAll('#sweep-models [name=model]').length)
  for (const model of await page.locator('#sweep-models').getByRole('checkbox').all()) await model.check()
  const models = await page.locator('#sweep-models').getByRole('checkbox').count()
  await page.getByRole('button', { name: 'Sweep', exact: true }).click()
  await page.waitForFunction(() => document.querySelectorAll('#sweep-table td:not(:empty)').length >= 3)
  await page.locator('#cancel').waitFor()
  await page.locator('#cancel').press('Enter')
  await page.waitForFunction(() => document.querySelector('#sweep-finding').textContent)
  const [numbers] = await Promise.all([page.waitForEvent('download'), page.locator('#sweep-csv').click()])
  const [head, ...rows] = readFileSync(await numbers.path(), 'utf8').trim().split('\r\n')
  assert.match(head, /^model,parameters,loss,swapped,epsilon,scheme,/)
  assert.ok(rows.length >= 3 && rows.length < 21 * models, `${rows.length} rows`)
  for (const row of rows) assert.match(row, /,bce,true,[\d.]+,blend,/)
  assert.equal(await page.locator('#alert').isVisible(), false, 'a cancel is no complaint')
})

test('the attack at the cursor is that of the sweep, whatever kind the settings have', { timeout: 300_000 }, async () => {
  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(`${b.origin}/#view=sweep&purpose=strong&model=brain-unet-vgg13-w10`)
  await page.locator('#sweep-models [name=model]').first().waitFor({ state: 'attached' })
  for (const box of (await page.locator('#sweep [name=model]:checked').all()).slice(1).reverse()) await box.press('Space')
  await page.locator('#sweep-top').selectOption('0.01')
  await page.getByRole('button', { name: 'Sweep', exact: true }).click()
  await page.waitForFunction(() => document.querySelector('#sweep-finding').textContent)
  assert.equal(await page.locator('#sweep-table thead th').count(), 2, 'the true class has no line of its own, whose digits would be the same')
  const at = Number(/[\d.]+$/.exec(await page.locator('#sweep-open').textContent())[0])
  const row = (await page.locator('#sweep-table tbody tr').evaluateAll((rows) => rows.map(({ cells }) => [...cells].map(({ textContent }) => textContent)))).find(([epsilon]) => Number(epsilon) === at)
  await page.locator('#sweep-open').press('Enter')
  await settled(page)
  assert.equal(await page.locator('#dice-after').textContent(), row[1])
  assert.match(page.url(), /view=attack&purpose=paper&/)
})
