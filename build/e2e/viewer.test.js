// Looking closely at the pictures: by keys, pointer and touch.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, bench, data, drop, photograph, settled, styled } from './bench.js'

let b
let page
before(async () => {
  b = await bench()
  page = await b.page({ viewport: { width: 1440, height: 900 }, hasTouch: true })
  await page.goto(b.paper)
  await settled(page)
})
after(() => b?.close())

const zoom = async () => Number.parseInt(await page.locator('#zoom').textContent())
const pair = () => page.getByRole('group', { name: 'The scan and the attacked scan' })
/** The part of its picture that a glass shows, as its outlines have it. */
const part = async (view) => (await page.locator(`[data-view=${view}] .glass svg`).getAttribute('viewBox')).split(' ').map(Number)
/** A picture, as a text to compare. */
const pixels = (view) => page.locator(`[data-view=${view}] canvas`).evaluate((canvas) => canvas.toDataURL())
/** Waits until a picture is another. */
const differs = (view, from) => page.waitForFunction(([view, from]) => document.querySelector(`[data-view=${view}] canvas`).toDataURL() !== from, [view, from])
const slide = (id, value) => page.locator(id).evaluate((input, value) => {
  input.value = value
  input.dispatchEvent(new Event('input', { bubbles: true }))
}, value)

test('keys zoom, move and fit all pictures together', async () => {
  const whole = await part('scan')
  await pair().press('+')
  await pair().press('+')
  assert.equal(await zoom(), 225)
  const middle = await part('scan')
  assert.ok(middle[2] < whole[2] / 2)
  await pair().press('ArrowRight')
  const moved = await part('scan')
  assert.ok(moved[0] > middle[0])
  for (const view of ['adversarial', 'perturbation', 'before', 'after', 'errors']) assert.deepEqual(await part(view), moved)
  for (let i = 0; i < 30; i++) await pair().press('ArrowRight')
  const [x, , width] = await part('scan')
  assert.ok(x + width <= whole[2] + 1e-6, 'not beyond the edge')
  await pair().press('0')
  assert.deepEqual(await part('scan'), whole)
})

test('a pointer zooms where it is and drags', async () => {
  const box = await page.locator('[data-view=scan] .glass').boundingBox()
  const at = (x, y) => [box.x + x * box.width, box.y + y * box.height]
  await page.mouse.dblclick(...at(0.25, 0.25))
  assert.equal(await zoom(), 300)
  const [x, y] = await part('scan')
  assert.ok(x > 0 && y > 0)
  await page.mouse.move(...at(0.5, 0.5))
  await page.mouse.down()
  await page.mouse.move(...at(0.3, 0.6), { steps: 4 })
  await page.mouse.up()
  const [nextX, nextY] = await part('scan')
  assert.ok(nextX > x && nextY < y, 'the picture follows the pointer')
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, 400)
  await page.keyboard.up('Control')
  await page.waitForFunction(() => Number.parseInt(document.querySelector('#zoom').textContent) < 300)
  await page.mouse.dblclick(...at(0.5, 0.5))
  if ((await zoom()) > 100) await page.mouse.dblclick(...at(0.5, 0.5))
  assert.equal(await zoom(), 100)
})

test('two fingers pinch', async () => {
  const box = await page.locator('[data-view=adversarial] .glass').boundingBox()
  const session = await page.context().newCDPSession(page)
  const fingers = (apart) => [-apart, apart].map((dx, id) => ({ x: box.x + box.width / 2 + dx, y: box.y + box.height / 2, id }))
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(30) })
  for (const apart of [50, 80, 110]) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) })
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await session.detach()
  assert.ok((await zoom()) > 200, `${await zoom()} %`)
  await page.getByRole('button', { name: 'Zoom out' }).click()
  await pair().press('0')
})

test('the window, the magnified change and the fill show at once, without another attack', async () => {
  const [scan, adversarial] = [await pixels('scan'), await pixels('adversarial')]
  const time = await page.locator('#engine-text').textContent()
  await page.getByText('Adjust', { exact: true }).press('Enter')
  await page.getByLabel('Change', { exact: true }).press('End')
  await differs('adversarial', adversarial)
  assert.equal(await pixels('scan'), scan, 'the scan itself has no change to magnify')
  await slide('#width', 40)
  await differs('scan', scan)
  const shown = await pixels('scan')
  await slide('#fill', 50)
  assert.equal(await styled(page, '[data-view=scan] [data-outline=before]', 'fillOpacity'), '0.5')
  await page.getByRole('button', { name: 'Reset' }).press('Enter')
  await page.waitForFunction(() => document.querySelector('#gain-value').textContent === '1 ×')
  await differs('scan', shown)
  await page.waitForFunction((from) => document.querySelector('[data-view=scan] canvas').toDataURL() === from, scan)
  const [level, width] = await Promise.all(['#level', '#width'].map((id) => page.locator(id).inputValue().then(Number)))
  assert.ok(level - width / 2 >= -1 && level + width / 2 < 90, 'the engine’s own window leaves out what is brightest')
  assert.equal(await page.locator('#engine-text').textContent(), time)
})

test('Space, or a finger, shows the scan in the place of the attacked one while it is held, and a button the change magnified', async () => {
  const [scan, adversarial] = [await pixels('scan'), await pixels('adversarial')]
  const lines = () => page.locator('[data-view=adversarial] [data-outline=truth]').isVisible()
  await pair().focus()
  await page.keyboard.down(' ')
  assert.equal(await pixels('adversarial'), scan)
  assert.equal(await lines(), false)
  await page.keyboard.up(' ')
  assert.equal(await pixels('adversarial'), adversarial)
  assert.equal(await lines(), true)
  await page.locator('[data-view=scan] .glass').hover()
  await page.mouse.down()
  assert.equal(await pixels('adversarial'), scan)
  await page.mouse.up()
  assert.equal(await pixels('adversarial'), adversarial)
  await page.getByRole('button', { name: 'Change × 20' }).press('Enter')
  await differs('adversarial', adversarial)
  assert.equal(await page.locator('#gain-value').textContent(), '20 ×')
  await page.getByRole('button', { name: 'Change × 20' }).press('Enter')
  await page.waitForFunction((from) => document.querySelector('[data-view=adversarial] canvas').toDataURL() === from, adversarial)
})

test('a close-up is of the tumour, and a map in its corner says where that is', async () => {
  const whole = await part('scan')
  assert.equal(await page.locator('#map').isVisible(), false)
  await page.getByRole('button', { name: 'Close-up' }).press('Enter')
  const [x, y, width] = await part('scan')
  assert.ok(width < whole[2] / 2)
  const { x: left, y: top, width: across } = await page.locator('[data-view=scan] [data-outline=truth]').evaluate((path) => JSON.parse(JSON.stringify(path.getBBox(), ['x', 'y', 'width'])))
  assert.ok(left > x && top > y && left + across < x + width, 'all of it is seen')
  assert.ok(await page.locator('#map').isVisible())
  const [one, other] = await Promise.all(['scan', 'adversarial'].map((view) => page.locator(`[data-view=${view}] .glass`).boundingBox()))
  assert.equal(one.y, other.y, 'the map moves no picture')
  await pair().press('0')
  assert.equal(await page.locator('#map').isVisible(), false)
})

test('a wipe goes from the scan to the attacked scan by key', async () => {
  await page.locator('[name=layout][value=side]').focus()
  await page.keyboard.press('ArrowRight')
  const wipe = page.getByRole('slider', { name: 'Where the attacked scan begins' })
  const clip = () => styled(page, '[data-view=adversarial] .glass', 'clipPath')
  assert.equal(await clip(), 'inset(0px 0px 0px 50%)')
  await wipe.press('End')
  assert.equal(await clip(), 'inset(0px 0px 0px 100%)')
  await wipe.press('Home')
  assert.equal(await clip(), 'inset(0px 0px 0px 0%)')
  await slide('#wipe', 50)
  assert.deepEqual(await axe(page), [])
  await photograph(page, 'wipe')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.locator('[name=layout][value=side]').check({ force: true })
})

test('Page Down goes on by a slice, and shows it before it is attacked', { timeout: 900_000 }, async (t) => {
  const file = data(t, 'formats', 'nifti', 'anatomical.nii')
  if (!file) return
  await drop(page, [{ name: 'a.nii', path: file }])
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('NIfTI'))
  await settled(page)
  const [, width, height] = /^NIfTI, (\d+) × (\d+)/.exec(await page.locator('#scan-facts').textContent())
  for (const view of ['scan', 'adversarial', 'perturbation']) {
    const size = await page.locator(`[data-view=${view}] canvas`).evaluate((canvas) => [canvas.width, canvas.height])
    assert.deepEqual(size, [Number(width), Number(height)], `${view} has the scan's own pixels`)
  }
  assert.deepEqual(await part('before'), await part('scan'), 'predictions show the same part')
  for (const view of ['scan', 'adversarial']) {
    const marks = await page.locator(`[data-view=${view}] .bearings text`).allTextContents()
    assert.match(marks.slice(0, 4).join(''), /^(RL|AP|LR|PA)(AP|SI)$/, 'the patient’s sides')
    assert.match(marks[4], /^\d+ [cm]m$/, 'how long the bar is')
  }
  assert.match(await page.locator('#epsilon-help').textContent(), /In the scan’s own units \d+(\.\d+)?\.$/)
  const slice = Number(await page.locator('#slice').inputValue())
  const shown = await pixels('scan')
  await pair().press('PageDown')
  assert.equal(Number(await page.locator('#slice').inputValue()), slice + 1)
  await differs('scan', shown)
  await settled(page)
  assert.match(page.url(), new RegExp(`slice=${slice + 1}`))
  assert.deepEqual(page.complaints, [])
})
