// The model menu of a site with several models and tasks.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { bench, root, settled } from './bench.js'

let b
const folder = mkdtempSync(join(tmpdir(), 'segfault-models-'))
before(async () => {
  const weights = join(root, 'weights')
  const shipped = readdirSync(weights).find((name) => name.startsWith('brain') && name.endsWith('.safetensors'))
  for (const name of ['brain-a', 'brain-b']) copyFileSync(join(weights, shipped), join(folder, `${name}.safetensors`))
  execFileSync('go', ['run', './build/e2e/checkpoint', '-divide', '16', '-task', 'heart', '-out', join(folder, 'heart-c.safetensors')], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  b = await bench(folder)
})
after(async () => {
  await b?.close()
  rmSync(folder, { recursive: true, force: true })
})

const fetched = (page) => [...new Set(page.requests.filter((url) => url.includes('/weights/')).map((url) => url.split('/').pop()))]

test('models are listed by task with what they cost and are worth, and each is fetched when it is chosen', { timeout: 900_000 }, async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const groups = await page.locator('#model optgroup').evaluateAll((all) => all.map((group) => [group.label, group.children.length]))
  assert.deepEqual(groups, [['Brain tumours', 2], ['Left ventricle', 1]])
  for (const option of await page.locator('#model option').allTextContents()) assert.match(option, /: [\d.]+[KM] parameters, [\d.]+ MB(, Dice 0\.\d\d)?$/)
  assert.deepEqual(fetched(page), ['brain-a.safetensors'])

  const heard = page.evaluate(() => new Promise((resolve) => {
    const text = document.querySelector('#progress-text')
    new MutationObserver(() => /^Loading the model, [\d.]+ of [\d.]+ MB|^Loading the model, [\d.]+ MB of/.test(text.textContent) && resolve(text.textContent)).observe(text, { childList: true })
  }))
  await page.locator('#model').selectOption('brain-b')
  await heard
  await settled(page)
  assert.deepEqual(fetched(page), ['brain-a.safetensors', 'brain-b.safetensors'])
  assert.match(page.url(), /model=brain-b/)
})

test('a heart model brings a heart, and a brain the model that it had', { timeout: 900_000 }, async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  await page.locator('#model').selectOption('heart-c')
  await page.waitForFunction(() => document.querySelector('#samples [value=heart]').checked)
  await settled(page)
  assert.match(page.url(), /model=heart-c&sample=heart/)
  await page.locator('#samples [value=glioma]').check()
  await page.waitForFunction(() => document.querySelector('#model').value === 'brain-a')
  await settled(page)
  assert.deepEqual(page.complaints, [])
})
