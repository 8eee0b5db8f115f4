// The numbers and plots of one attack.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { axe, bench, photograph, settled, shifts } from './bench.js'

let b
let page
before(async () => {
  b = await bench()
  page = await b.page({ viewport: { width: 1440, height: 900 }, acceptDownloads: true })
  await page.goto(b.paper)
  await settled(page)
})
after(() => b?.close())

/** What a button downloads. */
async function download(name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).press('Enter')])
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
}

test('every number says what it means', async () => {
  const names = await page.locator('#numbers dt').allTextContents()
  const lines = await page.locator('#numbers .meaning').allTextContents()
  assert.equal(lines.length, names.length)
  for (const line of lines) assert.match(line, /^[A-Z].*\.$/)
  assert.match(lines[names.indexOf('Largest change, L∞')], /^No pixel changed by more than 0\.9% of the grey range: 2\.[23]\d? of a screen’s 255 steps\.$/)
})

test('an attack on what was not found before did not succeed', async () => {
  const rows = await page.evaluate(async () => {
    const { meanings } = await import('/page/meaning.js')
    const metrics = { reference: 'truth', threshold: 0.5, success: true, flipped: 0, elements: 1, linf: 0, l2: 0, psnr: Infinity, ssim: 1, steps: [] }
    const of = (before) => meanings({ metrics: { ...metrics, dice: { union: { before } } }, milliseconds: { total: 1 }, image: [0] }, 'cpu')[0].slice(1)
    return [of(0.9), of(0.2)]
  })
  assert.deepEqual(rows.map(([value]) => value), ['succeeded', 'nothing to break'])
  assert.equal(rows[1][1], 'The Dice of all classes together was below 0.5 before it.')
})

test('plots are drawn when they come into sight, and can be kept', { timeout: 900_000 }, async () => {
  assert.equal(await page.locator('#bars svg').count(), 0)
  await page.locator('#plots').scrollIntoViewIfNeeded()
  await page.locator('#bars svg').waitFor()
  const classes = await page.locator('#overlap tbody th').count() - 3 // the mean, all together, the true class
  assert.equal(await page.locator('#bars .bar').count(), 2 * classes + 2, 'two bars for each class, and the legend')
  const after = await page.locator('#overlap tbody tr').first().locator('td').nth(1).textContent()
  assert.ok((await page.locator('#bars .plot-value').allTextContents()).includes(after))
  assert.equal(await page.locator('#changes .bar').count(), 41)
  assert.match(await page.locator('#changes-words').textContent(), /^\d+(\.\d+)?% of the values moved by the whole step/)

  for (const name of ['Bars as SVG', 'Histogram as SVG']) {
    const { text } = await download(name)
    assert.match(text, /^<svg /)
    assert.doesNotMatch(text, /class=|var\(|currentcolor/, 'it needs no style sheet')
  }
  const bins = (await download('Changes as CSV')).text.trim().split('\r\n').slice(1).map((row) => row.split(',').map(Number))
  assert.equal(bins.length, 41)
  assert.ok(Math.abs(bins[0][0] + 0.009) < 1e-6 && Math.abs(bins.at(-1)[1] - 0.009) < 1e-6)
  const rows = (await download('Classes as CSV')).text.trim().split('\r\n')
  assert.equal(rows.length, 1 + classes)

  assert.deepEqual(await axe(page), [])
  await photograph(page, 'evidence')
  assert.deepEqual(page.complaints, [])
})

for (const [width, height] of [[1440, 900], [390, 844]]) {
  test(`what an attack brings moves nothing below it, ${width} pixels wide`, async () => {
    const page = await b.page({ viewport: { width, height } })
    const shifted = await shifts(page)
    await page.goto(b.paper)
    await page.waitForFunction(() => document.querySelector('#evidence[data-empty]') && document.querySelector('#samples input:not(:disabled)'))
    await page.evaluate(() => document.querySelectorAll('[data-fold]').forEach((fold) => (fold.open = true)))
    const foot = () => page.evaluate(() => document.querySelector('footer').getBoundingClientRect().top + scrollY)
    const before = await foot()
    await settled(page)
    await page.waitForFunction(() => /As much noise.*budget/.test(document.querySelector('#numbers').textContent)) // which comes later
    const first = await shifted()
    assert.ok(first <= 0.02, `cumulative layout shift ${first} until the first result and the noise beside it`)
    await page.locator('#plots').scrollIntoViewIfNeeded()
    await page.locator('#changes svg').waitFor()
    const moved = (await foot()) - before
    assert.ok(Math.abs(moved) < 120, `the foot of the page moves by ${moved} pixels`)
    const shift = await shifted()
    assert.ok(shift < 0.1, `cumulative layout shift ${shift}`)
  })
}
