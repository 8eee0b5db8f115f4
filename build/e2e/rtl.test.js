// In a page that runs from right to left, left and right of a picture stay where they are.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, settled, styled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** An Arabic page of the site's with a figure, which has attacked. */
async function arabic(attributes) {
  const page = await b.page({ viewport: { width: 900, height: 800 } })
  await page.route('**/arabic.html', (route) => route.fulfill({
    contentType: 'text/html',
    body: `<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>ملاحظات</title><script type="module" src="/seg-fault.js"></script><seg-fault ${attributes}>نص</seg-fault></html>`,
  }))
  await page.goto(`${b.origin}/arabic.html`)
  const figure = page.locator('seg-fault')
  await figure.evaluate((element) => customElements.whenDefined('seg-fault').then(() => element.start()))
  return { page, figure }
}

test('the captions of a slider stand over their own halves', async () => {
  const { figure } = await arabic('view="slider" sample="glioma"')
  const [untouched, attacked, stage] = await Promise.all(['.tile:nth-child(1) figcaption', '.tile:nth-child(2) figcaption', '.pictures'].map((part) => figure.locator(part).boundingBox()))
  const middle = stage.x + stage.width / 2
  assert.ok(untouched.x + untouched.width <= middle + 2, 'untouched is left, as its half of the picture')
  assert.ok(attacked.x >= middle - 2)
})

test('the labels of a sweep keep out of its plot', async () => {
  const { figure } = await arabic('view="sweep" sample="glioma"')
  const seen = await figure.evaluate(({ shadowRoot }) => {
    const box = (part) => part.getBoundingClientRect()
    const left = Math.min(...[...shadowRoot.querySelectorAll('.grid')].map((line) => box(line).left))
    return { left, labels: [...shadowRoot.querySelectorAll('.plot text[text-anchor=end]')].map((text) => box(text).right) }
  })
  assert.equal(seen.labels.length, 5)
  for (const right of seen.labels) assert.ok(right <= seen.left, `${right} of ${seen.left}`)
})

test('what a figure says is English, from left to right', async () => {
  const { figure } = await arabic('sample="glioma"')
  const status = figure.locator('.status')
  assert.deepEqual(await status.evaluate((text) => [getComputedStyle(text).direction, text.closest('[lang]').lang]), ['ltr', 'en'])
})

test('the page keeps its pictures and plots when it is turned round', async () => {
  const page = await b.page({ viewport: { width: 1280, height: 800 } })
  await page.addInitScript(() => document.addEventListener('DOMContentLoaded', () => (document.documentElement.dir = 'rtl')))
  await page.goto(b.paper)
  await settled(page)
  const [scan, attacked] = await Promise.all(['scan', 'adversarial'].map((view) => page.locator(`[data-view=${view}] figcaption`).boundingBox()))
  assert.ok(scan.x < attacked.x)
  await page.locator('#plots').scrollIntoViewIfNeeded()
  await page.locator('#bars svg').waitFor()
  assert.equal(await styled(page, '#bars svg', 'direction'), 'ltr')
})
