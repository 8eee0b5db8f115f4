// Whole visits: with nothing but a keyboard in a wide window, and with nothing but a finger in a narrow one.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** Waits until the finding is another than before. */
const finding = (page, before) => page.waitForFunction((before) => {
  const text = document.querySelector('#finding').textContent
  return text && text !== before && document.querySelector('#engine').dataset.state === 'ready'
}, before)

test('a visit by keyboard alone', { timeout: 900_000 }, async () => {
  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(b.paper)
  await settled(page)
  /** Presses Tab until an element has the focus, as a person does who looks for it. */
  const tabTo = async (selector) => {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return
    }
    throw new Error(`Tab does not lead to ${selector}`)
  }
  const text = () => page.locator('#finding').textContent()

  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip')
  await page.keyboard.press('Enter')
  await tabTo('#pair')
  await page.keyboard.press('+')
  assert.equal(await page.locator('#zoom').textContent(), '150 %')
  await page.keyboard.press('0')
  await tabTo('#epsilon')
  let before = await text()
  await page.keyboard.press('End')
  await finding(page, before)
  assert.equal(await page.locator('#epsilon-exact').inputValue(), '0.1')
  await tabTo('#loss')
  before = await page.locator('#dice-after').textContent()
  await page.keyboard.press('c') // cross-entropy
  await page.waitForURL(/loss=bce/)
  await settled(page)

  await page.reload() // back to the top, where the samples are
  await settled(page)
  await tabTo('[name=sample]')
  await page.keyboard.press('ArrowRight')
  await page.waitForURL(/sample=meningioma/)
  await settled(page)
  await page.reload()
  await settled(page)
  await tabTo('a[href="#view=compare"]')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'One scan against every model and every loss' }).waitFor()
  await tabTo('#compare-models [name=model]')
  assert.equal(await page.locator('#compare-models [name=model]:not(:checked)').count(), 1, 'the one that is long to fetch')
  await page.keyboard.press(' ')
  assert.equal(await page.locator('#compare-models [name=model]:not(:checked)').count(), 2)
  assert.deepEqual(page.complaints, [])
})

test('a visit by touch alone, in a narrow window', { timeout: 900_000 }, async () => {
  const page = await b.page({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await page.goto(b.paper)
  await settled(page)
  const text = () => page.locator('#finding').textContent()
  let before = await text()
  await page.locator('#samples [value=meningioma]').tap()
  await page.waitForURL(/sample=meningioma/)
  await finding(page, before)

  before = await text()
  const dial = page.locator('#epsilon')
  const { width, height } = await dial.boundingBox()
  await dial.tap({ position: { x: 0.95 * width, y: height / 2 } })
  await finding(page, before)
  assert.ok(Number(await page.locator('#epsilon-exact').inputValue()) >= 0.06)

  await page.getByText('Adjust', { exact: true }).tap()
  await page.locator('#gain').waitFor()
  await page.getByRole('link', { name: 'Sweep' }).tap()
  await page.getByRole('heading', { name: 'How much change it takes' }).waitFor()
  await page.getByRole('link', { name: 'Attack' }).tap()

  await page.locator('[name=layout][value=wipe]').tap()
  const glass = page.locator('[data-view=adversarial] .glass')
  const clip = () => glass.evaluate((box) => box.parentElement.parentElement.style.getPropertyValue('--wipe'))
  assert.equal(await clip(), '25%')
  await glass.evaluate((box) => box.scrollIntoView({ block: 'center' }))
  const box = await page.locator('[data-view=scan] .glass').boundingBox()
  const session = await page.context().newCDPSession(page)
  const finger = (x) => [{ x: box.x + x * box.width, y: box.y + box.height / 2 }]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: finger(0.5) })
  await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: finger(0.6) })
  await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: finger(0.8) })
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  assert.ok(Math.abs(Number.parseFloat(await clip()) - 80) < 3, await clip())
  assert.deepEqual(page.complaints, [])
})
