// Settings and what is shown of them: results of others are dimmed, a wrong ε is refused where it is written, Reset resets all, paper has the plots.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, drop, settled, styled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

async function opened(view = 'attack') {
  const page = await b.page({ viewport: { width: 1280, height: 900 } })
  await page.goto(`${b.origin}/#view=${view}&purpose=paper`)
  if (view === 'attack') await settled(page)
  return page
}

const opacity = (page, selector) => styled(page, selector, 'opacity').then(Number)

let attack // the page of the tests below
const shown = async () => (attack ??= await opened())

test('the attacked picture has no line of before, and the sentence stands above the pictures', async () => {
  const page = await shown()
  assert.equal(await page.locator('[data-view=adversarial] [data-outline=before]').count(), 0)
  assert.equal(await page.locator('[data-view=scan] [data-outline=before]').count(), 1)
  const [sentence, pair] = await Promise.all(['#finding', '#pair'].map((id) => page.locator(id).boundingBox()))
  assert.ok(sentence.y + sentence.height <= pair.y)
  assert.match(await page.locator('#finding').textContent(), /the smallest model \(U.Net\/VGG.13, a tenth of the width\)/)
  assert.match(await page.locator('#context').textContent(), /^On 430 real slices one step of 0\.9% takes this model from 0\.82 to 0\.67; on 20 the strong attack from 0\.73 to 0\.26, and as much noise to 0\.73 \(study\)\.$/)
})

test('Reset resets everything of Adjust', async () => {
  const page = await shown()
  await page.locator('.looks summary').click()
  const values = () => page.locator('.look input, .look output').evaluateAll((parts) => parts.map(({ value }) => value))
  const fill = () => styled(page, '[data-view=scan] .outline-before', 'fillOpacity')
  const [first, filled] = [await values(), await fill()]
  assert.equal(filled, '0.4')
  for (const [id, value] of Object.entries({ level: '30', width: '60', fill: '90', gain: '9' })) await page.locator(`#${id}`).fill(value)
  assert.notDeepEqual(await values(), first)
  assert.equal(await fill(), '0.9')
  await page.locator('#look-reset').press('Enter')
  await page.waitForFunction((level) => document.querySelector('#level').value === level, first[0]) // the engine says which window is the scan's own
  assert.deepEqual(await values(), first)
  assert.equal(await fill(), filled)
})

test('an ε that is none is refused at the field', async () => {
  const page = await shown()
  const before = await page.locator('#dice-after').textContent()
  const field = page.locator('#epsilon-exact')
  for (const wrong of ['5', '-1', '']) {
    await field.fill(wrong)
    await field.press('Enter')
    assert.equal(await page.locator('#epsilon-refused').textContent(), 'ε is a number from 0 to 1, a share of the grey range; it stays at 0.009.', wrong)
    assert.equal(await field.getAttribute('aria-invalid'), 'true', wrong)
    assert.equal(await page.locator('#alert').isVisible(), false, wrong)
    assert.equal(await page.locator('#dice-after').textContent(), before, wrong)
    assert.match(page.url(), /epsilon=0\.009/, wrong)
  }
  await field.fill('0.01')
  await field.press('Enter')
  await page.waitForURL(/epsilon=0\.01/)
  assert.equal(await page.locator('#epsilon-refused').isVisible(), false)
  assert.deepEqual(page.complaints, [])
})

test('an error that was foreseen is a sentence on the page, and nothing in the console', async () => {
  const page = await shown()
  await drop(page, [{ name: 'scan.png', bytes: Buffer.from('no picture') }])
  await page.locator('#alert').waitFor()
  assert.match(await page.locator('#alert-text').textContent(), /\.$/)
  assert.deepEqual(page.complaints, [])
})

test('a result is dimmed, and said to be of the settings before, while another model computes', async () => {
  const page = await shown()
  let arrive
  const held = new Promise((resolve) => (arrive = resolve))
  await page.route('**/weights/*', async (route) => {
    await held
    await route.continue()
  })
  const finding = await page.locator('#finding').textContent()
  await page.locator('#model').selectOption({ index: 1 })
  await page.locator('#outdated').filter({ hasText: 'What is shown is of the settings before; those of now are being computed.' }).waitFor()
  for (const part of ['.pair .glass', '#dice-after', '#finding', '#evidence']) assert.ok(await opacity(page, part) < 0.6, part)
  arrive()
  await page.waitForFunction((before) => document.querySelector('#finding').textContent !== before, finding)
  assert.equal(await page.locator('#outdated').textContent(), '')
  for (const part of ['.pair .glass', '#dice-after', '#finding', '#evidence']) assert.equal(await opacity(page, part), 1, part)
  assert.match(await page.locator('#finding').textContent(), /[Tt]he (smallest )?model \(/)
})

test('a comparison of other settings is dimmed, and said, until they are back', async () => {
  const page = await opened('compare')
  await page.waitForFunction(() => document.querySelectorAll('#compare-models [name=model]').length)
  for (const box of (await page.locator('#compare-models input').all()).slice(1)) await box.uncheck({ force: true })
  await page.locator('#compare-epsilon').press('Enter')
  await page.waitForFunction(() => document.querySelector('#compare-finding').textContent)
  assert.equal(await page.locator('#compare-outdated').textContent(), '')
  await page.locator('#compare-epsilon').fill('0.02')
  await page.locator('#compare-outdated').filter({ hasText: 'press Attack for those of now' }).waitFor()
  assert.ok(await opacity(page, '#compare-result .matrix') < 0.6)
  await page.locator('#compare-epsilon').fill('0.009')
  await page.waitForFunction(() => document.querySelector('#compare-outdated').textContent === '')
  assert.equal(await opacity(page, '#compare-result .matrix'), 1)
})

test('Compare refuses an ε at its field too', async () => {
  const page = await opened('compare')
  await page.waitForFunction(() => document.querySelectorAll('#compare-models [name=model]').length)
  await page.locator('#compare-epsilon').fill('5')
  assert.match(await page.locator('#compare-epsilon-refused').textContent(), /it stays at 0\.009\.$/)
  await page.locator('#compare-epsilon').press('Enter')
  assert.equal(await page.locator('#compare-result').isVisible(), false)
})

test('paper has plots that were never scrolled to', async () => {
  const page = await opened()
  await page.waitForFunction(() => performance.getEntriesByName(new URL('page/charts.js', document.baseURI).href).length)
  await page.evaluate(() => import('./page/charts.js'))
  assert.equal(await page.locator('#bars svg').count(), 0)
  await page.evaluate(() => document.querySelectorAll('[data-fold]').forEach((fold) => (fold.open = false)))
  await page.pdf()
  for (const id of ['#bars', '#changes']) assert.ok(await page.locator(`${id} .bar`).count() > 0, id)
  assert.equal(await page.locator('[data-fold][open]').count(), 0, 'what was folded is folded again')
})

test('a link that names no method, or a number of steps that cannot be, leaves what is there', async () => {
  const page = await b.page({ viewport: { width: 1280, height: 900 } })
  await page.goto(`${b.origin}/#purpose=strong&method=absent&model=brain-unet-vgg13-w10`)
  await page.waitForURL(/purpose=strong&method=apgd&/) // and not an attack that is called strong and is none
  for (const steps of ['-5', '3.7', '1000000', 'many', '']) {
    await page.evaluate((steps) => (location.hash = `purpose=paper&steps=${steps}`), steps)
    await page.waitForURL(/purpose=paper&.*steps=1&/)
    assert.equal(await page.locator('[name=steps]').inputValue(), '1', steps)
  }
  await page.evaluate(() => (location.hash = 'purpose=paper&steps=2'))
  await page.waitForURL(/steps=2&/)
  await page.evaluate(() => (location.hash = 'method=apgd&sample=glioma&label=swap')) // as a figure’s link has it
  await page.waitForURL(/purpose=target&method=apgd&.*label=swap/)
})

test('a link with a model of which there is no sample says so, beside the sample that is shown', async () => {
  const page = await b.page({ viewport: { width: 1280, height: 900 } })
  await page.goto(`${b.origin}/#purpose=paper&model=hippocampus-unet-vgg13-w4`)
  await page.locator('#alert-text').filter({ hasText: 'There is no sample of what this model segments. Open a scan of your own.' }).waitFor()
  await settled(page)
  assert.equal(await page.locator('#alert').isVisible(), true)
})
