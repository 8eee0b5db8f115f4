// What stands in for a result until it is there looks as the result will: the same lines, the same crop, the same ε.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, difference, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** A page at which the engine does not arrive until it is let go. */
async function held(address, options) {
  const page = await b.page(options)
  let arrive
  const engine = new Promise((resolve) => (arrive = resolve))
  await page.route('**/segfault.wasm', async (route) => {
    await engine
    await route.continue()
  })
  await page.goto(`${b.origin}/${address}`)
  return { page, arrive }
}

/** Fails where a picture before and after differ by more than the picture's compression. */
async function alike(page, poster, live, what) {
  const { mean, plain } = await difference(page, poster, live)
  assert.ok(mean < 3 && plain < 0.004, `${what}: ${mean.toFixed(2)} of 255 in the mean, ${(100 * plain).toFixed(2)} % of the pixels plainly`)
}

for (const [size, width, height] of [['wide', 1280, 800], ['narrow', 390, 844]]) {
  test(`the page's posters are like its first result, ${size}`, async () => {
    const { page, arrive } = await held('', { viewport: { width, height } })
    const wells = ['scan', 'adversarial'].map((view) => page.locator(`[data-view=${view}] .glass`))
    await page.locator('#progress.shown').waitFor()
    await page.evaluate(() => Promise.all([...document.querySelectorAll('.poster')].map((image) => image.decode())))
    await page.locator('#progress').evaluate((bar) => (bar.style.display = 'none'))
    const posters = []
    for (const well of wells) posters.push(await well.screenshot())
    arrive()
    await settled(page)
    for (const [k, well] of wells.entries()) await alike(page, posters[k], await well.screenshot(), ['scan', 'attacked'][k])
  })

  for (const [view, epsilon] of size === 'wide' ? [['compare', '0.009'], ['slider', '0.003']] : [['compare', '0.003'], ['panel', '0.004']]) {
    test(`the posters of a figure are like its result, ${view} at ε ${epsilon}, ${size}`, async () => {
      const { page, arrive } = await held(`embed.html#view=${view}&epsilon=${epsilon}`, { viewport: { width, height } })
      const figure = page.locator('seg-fault')
      const stage = figure.locator('.pictures')
      await figure.locator('.poster').first().waitFor()
      await figure.evaluate(({ shadowRoot }) => Promise.all([...shadowRoot.querySelectorAll('.poster')].map((image) => image.decode())))
      await figure.evaluate(({ shadowRoot }) => (shadowRoot.querySelector('.doing').style.display = 'none'))
      const tiles = view === 'panel' ? ['scan', 'adversarial'].map((name) => figure.locator(`[data-view=${name}] .glass`)) : [stage]
      const posters = []
      for (const tile of tiles) posters.push(await tile.screenshot())
      arrive()
      await figure.evaluate((element) => element.start())
      if (view !== 'panel') await figure.evaluate(({ shadowRoot }) => { // whose numbers are not there before
        for (const score of shadowRoot.querySelectorAll('.score')) score.textContent = '–'
      })
      for (const [k, tile] of tiles.entries()) await alike(page, posters[k], await tile.screenshot(), view)
    })
  }
}

/** Which of the poster's lines of a figure with some attributes are seen. */
async function lines(attributes) {
  const { page } = await held(`embed.html#${attributes}`)
  return page.locator('seg-fault .poster').evaluateAll((images) => images.map(({ src }) => new URL(src).hash))
}

test('a poster shows no answer that is of another attack or another model', async () => {
  assert.deepEqual(await lines('epsilon=0.02'), ['#e0.02', '#e0.02'])
  assert.deepEqual(await lines('loss=bce'), ['#before', '#before'])
  assert.deepEqual(await lines('swapped='), ['#before', '#before'])
  assert.deepEqual(await lines('swapped=false'), ['#e0.009', '#e0.009'])
  assert.deepEqual(await lines('gradient=grey'), ['#before', '#before'])
  assert.deepEqual(await lines('steps=20'), ['#before', '#before'])
  assert.deepEqual(await lines('norm=l2&epsilon=2'), ['#before', '#before'])
  assert.deepEqual(await lines('method=apgd'), ['#before', '#before'])
  assert.deepEqual(await lines('defence=resize'), ['#plain', '#plain'])
  assert.deepEqual(await lines('model=brain-unet-vgg13-w2'), ['#plain', '#plain'])
  assert.deepEqual(await lines('seed=7'), [])
  assert.deepEqual(await lines('src=scan.png'), [])
})

test('text between the tags lies over nothing, and a picture there over everything', async () => {
  const { page } = await held('course.html', { viewport: { width: 1280, height: 800 } })
  const first = page.locator('seg-fault').first()
  await first.locator('.poster').first().waitFor()
  assert.equal(await first.locator('p:not(.status)').first().isVisible(), false)
  assert.equal(await first.locator('.cover').isVisible(), false)
  await first.evaluate((figure) => {
    const image = document.createElement('img')
    image.src = 'posters/heart.svg'
    figure.append(image)
  })
  await first.locator('.cover').waitFor()
  const [cover, stage] = await Promise.all(['.cover', '.stage'].map((part) => first.locator(part).boundingBox()))
  assert.deepEqual(cover, stage)
  assert.equal(await first.locator('img:not(.poster)').isVisible(), true)
})
