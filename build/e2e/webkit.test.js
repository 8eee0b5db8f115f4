// WebKit, whose engine is Safari's: on the CPU the page and a figure elsewhere have Chromium's numbers.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { artefacts, bench, data } from './bench.js'
import { alike, elsewhere, figured, revisited, tour } from './tour.js'
import { openWebKit } from './webkit.js'

const model = 'brain-unet-vgg13-w10'

let b
before(async () => (b = await bench()))
after(() => b?.close())

test("WebKit has Chromium's numbers of a sample, a dropped file, Compare and a figure elsewhere, and goes on without a network", { timeout: 240_000 }, async (t) => {
  const scan = data(t, 'brain', 'test', 'images', 'test_00008_gl_ax_t1.jpg')
  const webkit = scan && (await openWebKit(t))
  if (!webkit) return
  const file = readFileSync(scan).toString('base64')
  const address = `${b.origin}/?backend=cpu#purpose=paper&model=${model}`
  const abroad = await elsewhere(t, b.origin, model)
  await webkit.goto(address)
  const here = await webkit.evaluate(tour, file)
  writeFileSync(join(artefacts, 'webkit.png'), await webkit.screenshot())
  await webkit.goto(abroad)
  here.figure = await webkit.evaluate(figured)

  await revisited(t, webkit, b.origin, `?backend=cpu#purpose=paper&model=${model}`)

  const page = await b.page()
  await page.goto(address)
  const chromium = await page.evaluate(tour, file)
  await page.goto(abroad)
  chromium.figure = await page.evaluate(figured)
  assert.ok(alike(chromium, here), `${JSON.stringify(here)} in WebKit, ${JSON.stringify(chromium)} in Chromium`)
  assert.ok(here.sample[1] < here.sample[0])
})
