// The report of the study, as a page of the site.

import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { axe, bench, photograph, root } from './bench.js'

const weights = join(root, 'weights')
const model = readdirSync(weights).find((name) => name.endsWith('.safetensors')).replace('.safetensors', '')

const report = `# A study

We attacked **one** model; see [its card](${model}.md).

| model | parameters | untouched | attacked |
|---|---:|---:|---:|
| U-Net/VGG-13, quarter width | 1,154,987 | 0.79 [0.77, 0.81] | 0.28 [0.26, 0.30] |

![Dice falls as ε grows](study/dice.svg)

    go run ./build study -data ../shared/data/brain/test -models all -epsilons 0.001,0.002,0.005,0.009,0.02
`
const plot = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300"><path d="M20 20 280 250 580 280" fill="none" stroke="#0b62a3" stroke-width="2"/></svg>'

let b
const folder = mkdtempSync(join(tmpdir(), 'segfault-study-'))
before(async () => {
  for (const kind of ['safetensors', 'md']) copyFileSync(join(weights, `${model}.${kind}`), join(folder, `${model}.${kind}`))
  writeFileSync(join(folder, 'STUDY.md'), report)
  mkdirSync(join(folder, 'study'))
  writeFileSync(join(folder, 'study', 'dice.svg'), plot)
  b = await bench(folder)
})
after(async () => {
  await b?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the report is a page of the site, with its tables and plots', async () => {
  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(b.paper)
  await page.getByRole('link', { name: 'Study' }).press('Enter')
  await page.getByRole('heading', { name: 'A study' }).waitFor()
  assert.equal(await page.getByRole('row').count(), 2)
  assert.equal(await page.getByRole('img', { name: 'Dice falls as ε grows' }).evaluate((image) => image.naturalWidth), 600)
  assert.equal((await fetch(new URL(await page.getByRole('link', { name: 'its card' }).getAttribute('href'), page.url()))).status, 200)
  assert.deepEqual(await axe(page), [], 'narrow and dark')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  assert.deepEqual(await axe(page), [], 'wide and light')
  assert.deepEqual(page.complaints, [])

  await page.getByRole('link', { name: 'Sweep' }).press('Enter')
  await page.getByRole('heading', { name: 'How much change it takes' }).waitFor()
})

test('the published report shows all its plots, and axe finds no violation', async (t) => {
  const published = await bench()
  t.after(() => published.close())
  const page = await published.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(`${published.origin}/study.html`)
  for (const image of await page.getByRole('img').all()) {
    await image.scrollIntoViewIfNeeded()
    await image.evaluate((image) => image.decode?.()) // those in the page are drawn already
  }
  for (const task of ['Brain', 'Heart']) await page.getByRole('heading', { name: `${task}: which loss attacks best?` }).waitFor()
  assert.match(await page.locator('figure circle title').first().textContent(), /: \d\.\d{3} \[/, 'a point tells its value')
  assert.match(await page.getByRole('link', { name: 'Keep this plot' }).first().getAttribute('href'), /^study\/.*\.svg$/)
  assert.deepEqual(await axe(page), [])
  await photograph(page, 'study')
  assert.deepEqual(page.complaints, [])
})
