// The page as a visitor meets it.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { artefacts, axe, bench, difference, root, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const text = (page, selector) => page.locator(selector).textContent()

/** The page as it opens, wide, for the tests that only look at it. */
let first
const opened = async () => {
  if (!first) {
    first = await b.page({ viewport: { width: 1440, height: 900 } })
    await first.goto(b.origin)
    await settled(first)
  }
  return first
}

test('the page starts from a sample, attacks it and says what happened', async () => {
  const page = await opened()
  assert.match(await text(page, '#dice-before'), /^[01]\.\d{3}$/)
  assert.match(await text(page, '#dice-after'), /^[01]\.\d{3}$/)
  assert.match(await text(page, '#finding'), /^A change of at most 0\.9% of the grey range, /)
  assert.match(await text(page, '#backend-facts'), /^The CPU, because WebGPU is only software here/)
  assert.equal(await page.locator('#alert').isVisible(), false)
  assert.deepEqual(page.complaints, [])
})

test('no request leaves the origin', async () => {
  const page = await opened()
  assert.deepEqual(page.requests.filter((url) => !url.startsWith(`${b.origin}/`)), [])
  assert.ok(page.requests.length > 10)
})

test('the engine and the scripts are at most 1.25 MB to download', async () => {
  const page = await opened()
  const parts = [...new Set(page.requests)].filter((url) => /\.(js|wasm)$/.test(url))
  assert.ok(parts.some((url) => url.endsWith('/segfault.wasm')))
  const files = await Promise.all(parts.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())))
  const sum = files.reduce((sum, file) => sum + brotliCompressSync(file).length, 0)
  console.log(`engine and scripts, brotli: ${sum} bytes`)
  assert.ok(sum <= 1.25e6, `${sum} bytes`)
})

for (const [name, colorScheme, width, height] of [['wide', 'light', 1440, 900], ['narrow', 'dark', 390, 844]]) {
  test(`axe finds no violation on a ${name} ${colorScheme} page`, async () => {
    const page = await opened()
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(artefacts, `page-${name}-${colorScheme}.png`), fullPage: true })
    assert.deepEqual(await axe(page), [])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.equal(overflow, 0)
  })
}

test('the first screen shows a scan and what an attack does to it before the engine is there, and nothing moves by itself, which would take half a processor from it', async () => {
  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  const moving = () => page.evaluate(() => [
    ...document.getAnimations().map((animation) => animation.animationName ?? animation.transitionProperty),
    ...[...document.querySelectorAll('progress:not([value])')].map((bar) => bar.id),
  ])
  let arrive
  const held = new Promise((resolve) => (arrive = resolve))
  await page.route('**/segfault.wasm', async (route) => {
    await held
    await route.continue()
  })
  await page.goto(b.origin)
  await page.locator('#engine[data-state=busy]').waitFor()
  await page.locator('#progress.shown').waitFor()
  assert.deepEqual(await moving(), [])
  for (const view of ['scan', 'adversarial']) assert.ok(await page.locator(`[data-view=${view}] .poster`).evaluate((image) => image.naturalWidth > 0))
  await page.screenshot({ path: join(artefacts, 'loading.png') })
  arrive()
  await settled(page)
  assert.equal(await page.locator('.poster').count(), 0)
  assert.deepEqual(await moving(), [])
  assert.deepEqual(page.complaints, [])
})

test('the first download can be cancelled, and started again', { timeout: 300_000 }, async () => {
  const page = await b.page()
  let held = true
  await page.route('**/segfault.wasm', (route) => (held ? null : route.continue()))
  await page.goto(b.paper)
  await page.locator('#progress.shown').waitFor()
  await page.locator('#cancel').press('Enter')
  await page.locator('#alert').waitFor()
  assert.match(await text(page, '#alert-text'), /^The engine was not loaded\./)
  assert.equal(await page.locator('#progress.shown').count(), 0)
  await Promise.all(page.workers().map((worker) => new Promise((ended) => worker.once('close', ended)))) // the browser tells of it later
  assert.equal(await text(page, '#engine-text'), 'Not running')
  await page.screenshot({ path: join(artefacts, 'not-loaded.png') })
  held = false
  await page.getByRole('button', { name: 'Load it' }).press('Enter')
  await settled(page)
  assert.equal(await page.locator('#alert').isVisible(), false)
  assert.match(await text(page, '#finding'), /^A change of at most/)
  assert.deepEqual(page.complaints, [])
})

test('a link leads to the same view', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  await page.locator('#another').click()
  await page.waitForURL(/seed=\d+/)
  await page.locator('#loss').selectOption('bce')
  await page.locator('[name=scheme][value=blend]').check({ force: true })
  await page.locator('#epsilon-exact').fill('0.013')
  await page.locator('#epsilon-exact').press('Enter')
  await page.waitForURL(/epsilon=0\.013/)
  await page.waitForFunction(() => document.querySelector('#progress:not(.shown)') && document.querySelector('#finding').textContent)
  await settled(page)
  const link = page.url()
  const seen = async (page) => Promise.all(['#dice-before', '#dice-after', '#finding'].map((id) => text(page, id)))
  const before = await seen(page)
  const other = await b.page()
  await other.goto(link)
  await other.waitForFunction((after) => document.querySelector('#dice-after').textContent === after, before[1])
  assert.deepEqual(await seen(other), before)
  assert.equal(other.url(), link)

  const wrong = await b.page()
  await wrong.goto(`${b.origin}/#view=nowhere&model=none&sample=none&loss=none&epsilon=many`)
  await settled(wrong)
  assert.equal(await wrong.locator('#alert').isVisible(), false, 'what a link says wrongly is left as it is by default')
  assert.match(wrong.url(), /view=attack&purpose=paper&model=brain.*epsilon=0\.009&loss=dice_focal/)
})

test('a seed or an ε that an address names and none can be is left as it is by default', async () => {
  const page = await b.page()
  await page.goto(`${b.paper}&sample=glioma&seed=1.5&epsilon=`)
  await page.waitForFunction(() => document.querySelector('#finding').textContent || !document.querySelector('#alert').hidden)
  assert.equal(await page.locator('#alert').isVisible(), false)
  assert.match(page.url(), /sample=glioma&(?!seed).*epsilon=0\.009/)
})

test('buttons that send a form wait for what answers them', async () => {
  const page = await b.page({ javaScriptEnabled: false })
  await page.goto(b.paper)
  const buttons = page.locator('main [type=submit]')
  assert.equal(await buttons.count(), 2)
  for (const button of await buttons.all()) assert.equal(await button.isDisabled(), true)
})

test('the first screen shows sentence, both pictures and slider, on a laptop and a phone', async () => {
  const page = await b.page({ viewport: { width: 1280, height: 800 }, folded: true })
  await page.goto(b.origin)
  await settled(page)
  assert.deepEqual(await page.locator('[data-fold]').evaluateAll((all) => all.map(({ open }) => open)), [false, false], 'the rest is folded')
  await page.evaluate(() => (document.querySelector('#engine-text').textContent = 'CPU')) // and how long it took here
  const [readme, seen] = [join(root, 'build', 'readme.png'), await page.screenshot()]
  if (process.env.SEGFAULT_README) writeFileSync(readme, seen)
  const { mean, plain } = await difference(page, readFileSync(readme), seen)
  assert.ok(mean < 6 && plain < 0.06, `the README's picture is not today's page, but ${mean.toFixed(2)} of 255 off in the mean; SEGFAULT_README=1 node --test page.test.js makes another`)
  for (const [width, height] of [[1280, 800], [390, 844]]) {
    await page.setViewportSize({ width, height })
    for (const part of ['#finding', '[data-view="scan"] .glass', '[data-view="adversarial"] .glass', '#epsilon']) {
      const { top, bottom, left, right } = await page.locator(part).evaluate((element) => element.getBoundingClientRect().toJSON())
      assert.ok(top >= 0 && left >= 0 && right <= width && bottom <= height, `${part} lies from ${top} to ${bottom} of ${height}`)
    }
  }
  const box = (selector) => page.locator(selector).evaluate((element) => element.getBoundingClientRect().toJSON())
  assert.ok((await box('[data-view="adversarial"] .glass')).bottom <= (await box('#dial')).top, 'the slider, which stays in sight, lies over no picture')
  const small = await page.evaluate(() => [...document.querySelectorAll('main :is(button, select, summary, .overlays label, .switch label, .choices label), .views a')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5 && one.className !== 'about').map((one) => one.outerHTML))
  assert.deepEqual(small, [], 'whatever a finger is for is 44 pixels high')
  const { scrollHeight } = await page.evaluate(() => ({ scrollHeight: document.documentElement.scrollHeight }))
  assert.ok(scrollHeight <= 2500, `${scrollHeight} pixels`)
  assert.equal(await page.locator('#model').isVisible(), false)
  await page.locator('#settings-open').press('Enter')
  assert.equal(await page.locator('#model').isVisible(), true)
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('#model').isVisible(), false)
  assert.equal(await page.evaluate(() => document.activeElement.id), 'settings-open')
})

/** The page with an attack of one step, for the tests below. */
let paper
const quick = async () => {
  if (!paper) {
    paper = await b.page()
    await paper.goto(b.paper)
    await settled(paper)
  }
  return paper
}

test('the policy forbids connections elsewhere', async () => {
  const page = await quick()
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /connect-src 'self'/)
  const refused = await page.evaluate(() => fetch('https://example.org/').then(() => false, () => true))
  assert.ok(refused)
})

test('turning the dial costs no gradient', async () => {
  const page = await quick()
  const first = await text(page, '#finding')
  const stages = page.evaluate(() => new Promise((resolve) => {
    const seen = []
    new MutationObserver(() => seen.push(document.querySelector('#progress-text').textContent)).observe(document.querySelector('#progress-text'), { childList: true })
    new MutationObserver(() => resolve(seen)).observe(document.querySelector('#finding'), { childList: true })
  }))
  await page.locator('#epsilon').press('ArrowRight')
  const seen = await stages
  assert.equal(seen.includes('Computing the gradient'), false)
  assert.equal(await page.locator('#epsilon-exact').inputValue(), '0.01')
  assert.notEqual(await text(page, '#finding'), first)
})

test('an ε of zero changes nothing', async () => {
  const page = await quick()
  await page.locator('#epsilon').press('Home')
  await page.waitForFunction(() => document.querySelector('#finding').textContent.includes('Without any change'))
  assert.equal(await text(page, '#dice-before'), await text(page, '#dice-after'))
})

test('switches hide their outlines', async () => {
  const page = await quick()
  const outline = page.locator('[data-view=scan] [data-outline=truth]')
  assert.equal(await outline.isVisible(), true)
  await page.getByLabel('Truth', { exact: true }).first().uncheck()
  assert.equal(await outline.isVisible(), false)
})

test('the page works from a folder of a host, which knows no type of WebAssembly', async () => {
  const page = await b.page()
  const served = `${b.origin}/some/where`
  await page.route('**/some/where/**', async (route) => {
    const response = await route.fetch({ url: route.request().url().replace('/some/where', '') })
    await route.fulfill({ response, headers: { ...response.headers(), ...(route.request().url().endsWith('.wasm') && { 'content-type': 'text/plain' }) } })
  })
  await page.goto(`${served}/#purpose=paper`)
  await settled(page)
  assert.deepEqual(page.requests.filter((url) => !url.startsWith(`${served}/`)), [])
})
