// Painting a mask in the viewer, by pointer, touch and keys; as truth and as region of interest.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { axe, bench, photograph, settled } from './bench.js'

let b
let page
before(async () => {
  b = await bench()
  page = await b.page({ viewport: { width: 1440, height: 1000 }, hasTouch: true })
  page.setDefaultTimeout(30_000)
  await page.goto(b.paper)
  await settled(page)
})
after(() => b?.close())

const pair = () => page.getByRole('application', { name: 'The scan and the attacked scan' })
const status = () => page.locator('#brush [role=status]').textContent()
const says = (text) => page.waitForFunction((text) => document.querySelector('#brush [role=status]').textContent.includes(text), text)
const line = (name, view = 'scan') => page.locator(`[data-view=${view}] [data-outline=${name}]`).getAttribute('d')
const pixels = async () => Number(/has (\d+) pixels/.exec(await status())[1])
const option = (name) => page.locator('#brush').getByRole('radio', { name })

/** A point of the scan's well, in shares of it. */
async function at(x, y) {
  const glass = page.locator('[data-view=scan] .glass')
  await glass.scrollIntoViewIfNeeded()
  const box = await glass.boundingBox()
  return [box.x + x * box.width, box.y + y * box.height]
}

/** Waits for the attack after a stroke: until then the label in its recipe is another. */
async function attacked() {
  await page.waitForFunction(() => !document.querySelector('#progress').classList.contains('shown'))
  await settled(page)
}

async function kept(text) {
  await page.locator('#export details').evaluate((more) => (more.open = true))
  const coming = page.waitForEvent('download')
  await page.locator('#export').getByRole('button', { name: text, exact: true }).click()
  return readFileSync(await (await coming).path())
}

/** What the command line says when it replays a recipe; it fails where the numbers differ. */
function replayed(recipe) {
  const folder = b.made()
  const file = join(folder, 'recipe.json')
  writeFileSync(file, recipe)
  return b.run('attack', '-recipe', file, '-out', join(folder, 'out'))
}

test('a pointer paints a region of interest, erases in it, and each stroke can be undone', async () => {
  await page.getByRole('button', { name: 'Paint a mask' }).click()
  assert.equal(await option('region of interest').isChecked(), true, 'the sample has a truth of its own')
  assert.equal(await page.getByRole('button', { name: 'Undo' }).isDisabled(), true)
  await page.mouse.move(...(await at(0.3, 0.3)))
  await page.mouse.down()
  await page.mouse.move(...(await at(0.7, 0.3)), { steps: 5 })
  await page.mouse.up()
  await says('The region of interest has')
  const radius = Number(await page.locator('#brush-size').inputValue()) / 2
  const side = Number((await page.locator('[data-view=scan] svg').getAttribute('viewBox')).split(' ')[2])
  const share = (2 * radius * 0.4 * side + Math.PI * radius ** 2) / side ** 2
  const one = await pixels()
  assert.ok(Math.abs(one / 224 ** 2 - share) < 0.02 * share, `${one} pixels of the scan’s, about ${Math.round(share * 224 ** 2)}`)
  const first = await line('region')
  assert.equal(await line('region', 'adversarial'), first)

  await option('eraser').check({ force: true })
  await page.mouse.click(...(await at(0.5, 0.3)))
  await page.waitForFunction((one) => !document.querySelector('#brush [role=status]').textContent.includes(` ${one} `), one)
  assert.ok((await pixels()) < one)
  await page.getByRole('button', { name: 'Undo' }).click()
  await says(` ${one} `)
  assert.equal(await line('region'), first)
  await option('brush').check({ force: true })
})

test('only the painted region is attacked', async () => {
  await attacked()
  assert.equal(await page.getByRole('radio', { name: 'the region' }).isChecked(), true)
  const { attack, region, metrics } = JSON.parse(await kept('Recipe'))
  assert.equal(attack.where, 'region')
  const inside = region.runs.reduce((sum, run, i, runs) => (i % 2 === 0 && runs[i + 1] ? sum + run : sum), 0)
  assert.equal(inside, await pixels())
  const { counts } = metrics.changes
  const shares = counts.map((count) => count / counts.reduce((sum, count) => sum + count, 0))
  const within = inside / 224 ** 2
  assert.ok(shares[20] > 1 - within - 0.005, `${shares[20]} of the values did not change, ${within} are within`) // of 41 bins, the middle one
  assert.ok(shares[0] + shares[40] > 0.9 * within, 'those inside did')
})

test('its recipe is replayed by the command line to the same numbers', async () => {
  assert.match(replayed(await kept('Recipe')), /Dice after +0\.\d+ there/)
})

test('keys move the brush, stamp, draw, turn it, size it and undo', async () => {
  await option('truth').check({ force: true })
  await pair().focus()
  await page.keyboard.press('ArrowRight')
  assert.match(await status(), /^At \d+, \d+\.$/)
  const truth = await line('truth')
  await page.keyboard.press(']')
  assert.equal(await status(), 'Size 14.')
  await page.keyboard.press('Space')
  await says('The truth mask has')
  const stamped = await line('truth')
  assert.notEqual(stamped, truth)
  await page.keyboard.press('Enter')
  assert.equal(await status(), 'The brush is down.')
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown')
  assert.match(await status(), /^Drawing, at/)
  const before = stamped
  await page.keyboard.press('Enter')
  await page.waitForFunction((before) => document.querySelector('[data-view=scan] [data-outline=truth]').getAttribute('d') !== before, before)
  await says('The truth mask has')
  await page.keyboard.press('e')
  assert.equal(await option('eraser').isChecked(), true)
  await page.keyboard.press('e')
  for (let i = 0; i < 2; i++) await page.keyboard.press('z')
  await page.waitForFunction((truth) => document.querySelector('[data-view=scan] [data-outline=truth]').getAttribute('d') === truth, truth)
  await page.keyboard.press('z')
  await says('There is nothing to undo.')
})

test('the class that is painted is one of the model’s, and the kept mask is what was painted', async () => {
  await attacked()
  const runs = () => kept('Truth, NIfTI').then((file) => new Uint8Array(gunzipSync(file).subarray(352)))
  const [none, labels] = [await runs(), page.locator('#brush-label')]
  const count = await labels.locator('option').count()
  assert.ok(count > 1, 'the first model has several classes')
  await labels.selectOption({ index: count - 1 })
  await page.mouse.click(...(await at(0.1, 0.1)))
  await says('The truth mask has')
  await attacked()
  const painted = await runs()
  const changed = [...painted].flatMap((label, i) => (label === none[i] ? [] : [label]))
  assert.ok(changed.length > 100)
  assert.deepEqual([...new Set(changed)], [count])
  const recipe = await kept('Recipe')
  assert.equal(JSON.parse(recipe).truth.named, true)
  assert.match(replayed(recipe), /Dice after +0\.\d+ there/)
  assert.deepEqual(await axe(page), [])
  await photograph(page, 'paint')
  await page.setViewportSize({ width: 1440, height: 1000 })
})

test('a finger paints, and two fingers pinch without painting', async () => {
  const session = await page.context().newCDPSession(page)
  const touch = (type, points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) })
  await page.locator('#pair').scrollIntoViewIfNeeded()
  await option('region of interest').check({ force: true })
  const before = await line('region')
  await touch('touchStart', [await at(0.2, 0.8)])
  await touch('touchMove', [await at(0.6, 0.8)])
  await touch('touchEnd', [])
  await page.waitForFunction((before) => document.querySelector('[data-view=scan] [data-outline=region]').getAttribute('d') !== before, before)
  await says('The region of interest has')
  const painted = await pixels()
  await touch('touchStart', [await at(0.4, 0.5), await at(0.6, 0.5)])
  await touch('touchMove', [await at(0.3, 0.5), await at(0.7, 0.5)])
  await touch('touchEnd', [])
  await session.detach()
  assert.notEqual(await page.locator('#zoom').textContent(), '100 %')
  assert.equal(await pixels(), painted)
})

test('zoomed in, the brush paints where it is seen, and Escape puts it away', async () => {
  const before = await pixels()
  await page.mouse.click(...(await at(0.5, 0.5)))
  await page.waitForFunction((before) => !document.querySelector('#brush [role=status]').textContent.includes(` ${before} `), before)
  const [x, y, width, height] = (await page.locator('[data-view=scan] svg').getAttribute('viewBox')).split(' ').map(Number)
  const ring = page.locator('[data-view=scan] .brush-ring')
  assert.ok(Math.abs(Number(await ring.getAttribute('cx')) - (x + width / 2)) < 1)
  assert.ok(Math.abs(Number(await ring.getAttribute('cy')) - (y + height / 2)) < 1)
  await pair().focus()
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('#brush').isVisible(), false)
  assert.equal(await page.getByRole('button', { name: 'Paint a mask' }).getAttribute('aria-expanded'), 'false')
  await page.getByRole('radio', { name: 'everywhere' }).check({ force: true })
  await attacked()
  assert.equal(JSON.parse(await kept('Recipe')).attack.where, 'everywhere')
  assert.deepEqual(page.complaints, [])
})
