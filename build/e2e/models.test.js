// The model menu: models of several tasks, each fetched when it is chosen.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const fetched = (page) => [...new Set(page.requests.filter((url) => url.includes('/weights/')).map((url) => url.split('/').pop()))]

test('models are listed by task with what they cost and are worth, each is fetched when it is chosen, and model and sample bring each other', { timeout: 900_000 }, async () => {
  const models = await b.models()
  const [first, second] = models
  const heart = models.find((name) => name.startsWith('heart-unet-vgg13'))
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const groups = await page.locator('#model optgroup').evaluateAll((all) => all.map((group) => [group.label, group.children.length]))
  assert.deepEqual(groups.map(([label]) => label), ['Brain tumours', 'Left ventricle', 'Hippocampus'])
  assert.equal(groups.reduce((sum, [, count]) => sum + count, 0), models.length)
  for (const option of await page.locator('#model option').allTextContents()) assert.match(option, /: [\d.]+[KM] parameters, [\d.]+ MB(, Dice 0\.\d\d)?$/)
  assert.deepEqual(fetched(page), [`${first}.safetensors`])

  const heard = page.evaluate(() => new Promise((resolve) => {
    const text = document.querySelector('#progress-text')
    new MutationObserver(() => /^Loading the model, [\d.]+ of [\d.]+ MB|^Loading the model, [\d.]+ MB of/.test(text.textContent) && resolve(text.textContent)).observe(text, { childList: true })
  }))
  await page.locator('#model').selectOption(second)
  await heard
  await settled(page)
  assert.deepEqual(fetched(page), [`${first}.safetensors`, `${second}.safetensors`])
  assert.match(page.url(), new RegExp(`model=${second}&`))

  await page.locator('#model').selectOption(heart)
  await page.waitForFunction(() => document.querySelector('#samples [value=heart]').checked)
  await settled(page)
  assert.match(page.url(), new RegExp(`model=${heart}&sample=heart`))
  await page.locator('#samples [value=glioma]').check()
  await page.waitForFunction((model) => document.querySelector('#model').value === model, second) // which was chosen before
  await settled(page)
  assert.deepEqual(page.complaints, [])
})
