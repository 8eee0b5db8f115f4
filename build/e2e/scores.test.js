// Scores that would say nothing are not told: none before an attack where there is no truth, none of a class that is nowhere.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { bench, drop, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** The page with a sample's picture as a file, of which no truth is known: { page, picture }. */
const untold = async () => (bare ??= await withoutTruth())
let bare

async function withoutTruth() {
  const page = await b.page({ acceptDownloads: true })
  await page.goto(b.paper)
  await settled(page)
  const picture = await page.evaluate(async () => {
    const { open } = await import('/segfault.js')
    const lab = await open({ backend: 'cpu' })
    const { width, height, pictures } = await lab.render(await lab.sample('glioma'), { pictures: ['scan'] })
    lab.close()
    const canvas = Object.assign(document.createElement('canvas'), { width, height })
    canvas.getContext('2d').putImageData(new ImageData(pictures.scan, width, height), 0, 0)
    return canvas.toDataURL('image/png').split(',')[1]
  })
  await drop(page, [{ name: 'scan.png', bytes: Buffer.from(picture, 'base64') }])
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.includes('no truth mask'))
  await settled(page)
  return { page, picture }
}

async function rows(page, button) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button, exact: true }).press('Enter')])
  const [head, ...rest] = readFileSync(await file.path(), 'utf8').trim().split('\r\n').map((row) => row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
  return rest.map((row) => Object.fromEntries(head.map((name, k) => [name, row[k]])))
}

test('without a truth the page has no score before, and after it the agreement with the first answer', async () => {
  const { page } = await untold()
  assert.equal(await page.locator('[data-view=scan] .score').isVisible(), false)
  assert.equal(await page.locator('[data-view=adversarial] .score').textContent().then((text) => text.trim().replace(/\d/g, '0').replace(' class by class 0.000', '')), 'agreement with its own first answer 0.000')
  assert.match(await page.locator('#finding').textContent(), /misses \d+(\.\d+)?% of what it found before/)
  const cells = await page.locator('#overlap tbody tr').evaluateAll((list) => list.map((row) => [...row.cells].slice(1).map(({ textContent }) => textContent)))
  for (const [dice, , iou] of cells) assert.ok(['–'].includes(dice) && ['–', ''].includes(iou), `${dice} ${iou}`)
  assert.match(cells.at(-1)[1], /^0\.\d{3}$/)
  assert.equal(await page.locator('#overlap-title').textContent(), 'Overlap with the model’s own first answer')
  await page.locator('#plots').scrollIntoViewIfNeeded()
  await page.locator('#bars svg').waitFor()
  assert.equal(await page.locator('#bars .bar-before').count(), 0)
  await page.locator('#export summary').press('Enter')
  const [row] = await rows(page, 'Numbers as CSV')
  assert.equal(row.reference, 'prediction')
  assert.equal(row.dice_before, '')
  assert.ok(row.dice_after !== '' && row.dice_after >= 0 && row.dice_after < 1, row.dice_after)
  for (const one of await rows(page, 'Classes as CSV')) assert.equal(`${one.dice_before}${one.iou_before}`, '')
  assert.equal((await page.locator('body').textContent()).includes('1.000'), false)
  assert.match(await page.locator('#fitting').textContent(), /^Does the model know this\? It learnt brain tumours in slices of T1-weighted MRI after contrast/)
  assert.ok(await page.getByRole('button', { name: 'Take Left ventricle' }).isVisible())
  await page.getByRole('button', { name: 'It is such a scan' }).press('Enter')
  assert.equal(await page.locator('#fitting').isVisible(), false)
  await page.locator('[name=pace][value=strong]').check({ force: true })
  await page.locator('.live figcaption').filter({ hasText: /^Agreement with its own first answer 0\.\d{3}, after 20 of 20 steps$/ }).waitFor()
  await settled(page)
  assert.equal((await page.locator('body').textContent()).includes('1.000'), false, 'nor step by step')
  assert.deepEqual(page.complaints, [])
})

test('without a truth comparison and sweep tell of agreement, and of none before', { timeout: 600_000 }, async () => {
  const { page } = await untold()
  await page.locator('a[href="#view=compare"]').first().click()
  const only = async (name) => {
    const boxes = page.locator(`#${name}-models [name=model]`)
    for (const box of (await boxes.all()).slice(1)) await box.uncheck({ force: true })
  }
  await page.waitForFunction(() => document.querySelectorAll('#compare-models [name=model]').length > 1)
  await only('compare')
  await page.locator('#compare-epsilon').press('Enter')
  await page.waitForFunction(() => document.querySelector('#compare-finding').textContent)
  assert.match(await page.locator('#compare-finding').textContent(), /^The models’ mean agreement with their own first answers falls to 0\.\d{3}/)
  assert.equal(await page.locator('#compare-table tbody td').first().textContent(), '–')
  assert.match(await page.locator('#compare-caption').textContent(), /^Agreement with its own first answer, ε/)
  await page.locator('a[href="#view=sweep"]').click()
  await page.waitForFunction(() => document.querySelectorAll('#sweep-models [name=model]').length > 1)
  await only('sweep')
  await page.getByRole('button', { name: 'Sweep', exact: true }).click()
  await page.waitForFunction(() => document.querySelector('#sweep-finding').textContent)
  assert.match(await page.locator('#sweep-finding').textContent(), /an agreement of 0\.5 with its own first answer/)
  assert.equal(await page.locator('#sweep-plot .plot-title').last().textContent(), 'Agreement with its own first answer')
})

test('a figure without a truth has no score before', async () => {
  const { picture } = await untold()
  const page = await b.page()
  await page.goto(`${b.origin}/embed.html#view=panel`)
  const metrics = await page.locator('seg-fault').evaluate(async (figure, text) => {
    const { metrics } = await figure.load(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))
    return metrics
  }, picture)
  assert.equal(metrics.dice.union.before, null)
  assert.equal(metrics.drop, null)
  assert.equal(metrics.missed.before, null)
  const told = page.locator('seg-fault .dice:visible')
  assert.equal(await told.count(), 2, 'the attacked scan and the prediction after')
  for (const text of await told.allTextContents()) assert.match(text, /^Agreement with its own first answer 0\.\d{3}$/)
})

test('a class that is nowhere has no score', async () => {
  const page = await b.page({ acceptDownloads: true })
  await page.goto(b.paper)
  await settled(page)
  const seen = (await Promise.all(['#sees-before', '#sees-after'].map((id) => page.locator(id).textContent()))).join()
  const classes = await rows(page, 'Classes as CSV')
  const nowhere = classes.filter((one) => one.class !== 'glioma' && !seen.includes(one.class))
  assert.ok(nowhere.length > 0 && nowhere.length < classes.length, seen)
  for (const one of nowhere) {
    assert.deepEqual(Object.values(one).slice(1), ['', '', '', ''])
    const cells = page.locator('#overlap tbody tr').filter({ hasText: one.class }).locator('td')
    assert.deepEqual(await cells.allTextContents(), ['absent', 'absent', 'absent', 'absent'])
  }
})

test('what is offered where the model may not know the scan is the first of each task, not its largest', async () => {
  const { page } = await withoutTruth()
  for (const [task, model] of [['Left ventricle', 'heart-unet-vgg13-w10'], ['Hippocampus', 'hippocampus-unet-vgg13-w4'], ['Brain tumours', 'brain-unet-vgg13-w10']]) {
    await page.getByRole('button', { name: `Take ${task}` }).press('Enter')
    await settled(page)
    assert.equal(await page.locator('#model').inputValue(), model)
  }
  assert.deepEqual(page.complaints, [])
})
