// A window of 320 pixels, or one of 1280 that is enlarged four times: no page scrolls sideways, and no words lie on others.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { bench, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

test('no page is wider than its window', async () => {
  const page = await b.page({ viewport: { width: 320, height: 640 } })
  for (const path of ['licences.html', 'course.html', 'reference.html', 'examples/', 'embed.html', '#view=compare', '#view=sweep', '#view=folder']) {
    await page.goto(`${b.origin}/${path}`)
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, path)
  }
})

test('the words under the dial stand beside each other', async () => {
  const page = await b.page({ viewport: { width: 320, height: 640 } })
  await page.goto(b.paper)
  await settled(page)
  const words = await page.locator('#ruler span').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right]))
  assert.equal(words.length, 3)
  for (let k = 1; k < words.length; k++) assert.ok(words[k - 1][1] <= words[k][0], `${words[k - 1]} and ${words[k]}`)
})

test('the dial stays in sight at the foot of a narrow window, but of a low one it leaves most to the rest', async () => {
  const page = await b.page({ viewport: { width: 320, height: 640 } })
  await page.goto(b.paper)
  await settled(page)
  const inSight = () => page.evaluate(() => {
    scrollTo(0, 0)
    return document.querySelector('#dial').getBoundingClientRect().bottom <= innerHeight
  })
  assert.equal(await inSight(), true)
  await page.setViewportSize({ width: 320, height: 256 }) // 1280 × 1024, enlarged four times
  assert.equal(await inSight(), false)
})

test('no menu reaches over the edge of a narrow window', async () => {
  const page = await b.page({ viewport: { width: 320, height: 640 } })
  await page.goto(b.paper)
  await settled(page)
  const menu = page.getByRole('combobox', { name: 'What the figure is for' })
  await menu.scrollIntoViewIfNeeded()
  const { x, width } = await menu.boundingBox()
  assert.ok(x >= 0 && x + width <= 320, `from ${x} to ${x + width}`)
})

test('with the colours of a system the keys of outlines keep those that the outlines have', async () => {
  const page = await b.page({ forcedColors: 'active' })
  await page.goto(b.paper)
  const drawn = await page.locator('.key-before').first().evaluate((key) => [getComputedStyle(key, '::after').backgroundColor, getComputedStyle(document.documentElement).getPropertyValue('--before')])
  const colour = await page.evaluate((value) => {
    const probe = document.createElement('i')
    probe.style.cssText = `forced-color-adjust: none; color: ${value}`
    document.body.append(probe)
    return getComputedStyle(probe).color
  }, drawn[1])
  assert.equal(drawn[0], colour)
})

test('with the colours of a system only the view that is shown is underlined', async () => {
  const page = await b.page({ forcedColors: 'active' })
  await page.goto(b.origin)
  const [ground, ...lines] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, ...[...document.querySelectorAll('.views a')].map((link) => getComputedStyle(link).borderBottomColor)])
  assert.deepEqual(lines.map((line) => line === ground), lines.map((_, k) => k > 0))
})

test('a report is no wider than a phone', async () => {
  const page = await b.page({ viewport: { width: 320, height: 700 } })
  await page.goto(b.paper)
  await settled(page)
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Robustness report' }).press('Enter')])
  const report = readFileSync(await file.path(), 'utf8')
  await page.goto('about:blank') // as the site's policy knows no style of a report
  await page.setContent(report)
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320)
})
