// What an iteration shows on its way, what its being cancelled leaves, and what stands beside every attack.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { bench, settled, shifts } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

test('steps are drawn as they come; cancelled, the best until then is a result that says so and is repeated to the bit', { timeout: 240_000 }, async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/#steps=900&backend=cpu`)
  const longer = (than) => page.waitForFunction((than) => {
    const { length } = document.querySelector('.live polyline')?.getAttribute('points')?.split(' ') ?? []
    return length > than && length
  }, than).then((handle) => handle.jsonValue())
  await longer(await longer(2))
  assert.match(await page.locator('.live figcaption').first().textContent(), /^Loss [\d.]+ → [\d.]+, after \d+ of 900 steps$/)
  await page.locator('#cancel').waitFor()
  await page.locator('#cancel').press('Enter')
  await settled(page)
  const numbers = await page.locator('#numbers').textContent()
  const [, done] = numbers.match(/Cancelledafter (\d+) of 900 steps/)
  await page.locator('#export details').evaluate((more) => (more.open = true))
  const kept = async (button) => {
    const coming = page.waitForEvent('download')
    await page.locator('#export').getByRole('button', { name: button }).press('Enter')
    return JSON.parse(await readFile(await (await coming).path(), 'utf8'))
  }
  assert.deepEqual((await kept('Numbers as JSON')).cancelled, { after: Number(done), of: 900 })
  assert.equal((await kept('Recipe')).attack.stop, Number(done))
  const [once, again] = await page.evaluate(async () => {
    const { open } = await import('/segfault.js')
    const lab = await open({ backend: 'cpu' })
    const scan = await lab.sample('glioma')
    const enough = new AbortController()
    const once = await lab.attack(scan, { steps: 500, enough: enough.signal, onProgress: ({ stage, done }) => stage === 'step' && done === 2 && enough.abort() })
    const again = await lab.attack(scan, { steps: 500, stop: once.cancelled.after })
    lab.close()
    return [once, again].map(({ adversarial, cancelled, metrics }) => [adversarial.join(), cancelled, metrics.steps])
  })
  assert.deepEqual(again, once)
  assert.equal(once[2].length, once[1].after + 1)
})

test('who wants no motion sees the end at once', { timeout: 240_000 }, async () => {
  const page = await b.page({ reducedMotion: 'reduce' })
  await page.goto(`${b.origin}/#steps=6`)
  await settled(page)
  await page.locator('.live').waitFor()
  assert.match(await page.locator('.live figcaption').last().textContent(), /^Dice [\d.]+ → [\d.]+, after 6 of 6 steps$/)
})

test('the first visit sees a strong attack step by step, which is played again where the dial comes back from 0', { timeout: 240_000 }, async () => {
  const page = await b.page({ viewport: { width: 390, height: 844 } })
  const shifted = await shifts(page)
  await page.goto(b.origin)
  await settled(page)
  const shift = await shifted()
  assert.ok(shift <= 0.02, `cumulative layout shift ${shift} until the last step`)
  assert.match(await page.locator('.live figcaption').last().textContent(), /after 20 of 20 steps \(any class \/ true class where that differs, the thin line\)$/)
  const [all, own] = await page.locator('.live .series').last().locator('polyline').evaluateAll((lines) => lines.map((line) => line.getAttribute('points')))
  assert.ok(all !== own && own.split(' ').length === 21, 'the true class has a line of its own')
  assert.equal(await page.locator('.live').count(), 1)
  const told = await page.locator('#overlap tbody tr').evaluateAll((rows) => Object.fromEntries(rows.map(({ cells }) => [cells[0].textContent, [cells[1].textContent, cells[2].textContent]])))
  for (const [k, when] of ['before', 'after'].entries()) {
    const own = told['true class'][k]
    assert.equal(await page.locator(`#own-${when}`).textContent(), own === told['all together'][k] ? '' : `true class ${own}`, `the true class ${when}`)
  }
  const finding = await page.locator('#finding').textContent()
  const becomes = (text) => page.waitForFunction((text) => document.querySelector('#finding').textContent.startsWith(text) && document.querySelector('#engine').dataset.state === 'ready', text)
  await page.locator('#epsilon').press('Home')
  await becomes('Without any change')
  await page.evaluate(() => {
    globalThis.seen = []
    new MutationObserver(() => globalThis.seen.push(document.querySelector('#progress-text').textContent)).observe(document.querySelector('#progress-text'), { childList: true })
  })
  await page.locator('#epsilon-exact').fill('0.009')
  await page.locator('#epsilon-exact').press('Enter')
  await becomes(finding)
  assert.deepEqual((await page.evaluate(() => globalThis.seen)).filter(Boolean), [], 'nothing is computed')
  await page.locator('#pace input[value=paper]').check({ force: true })
  await page.waitForFunction(() => document.querySelector('.live').hidden)
})

test('noise stands beside the attack, and where the model looks is shown for a class and a stage', { timeout: 240_000 }, async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  await page.waitForFunction(() => document.querySelector('#numbers').textContent.includes('As much noiseDice'))
  assert.match(await page.locator('#numbers').textContent(), /As much noiseDice 0\.\d+The same budget, up or down by chance, does less/)
  await page.locator('#looks summary').press('Enter')
  await page.waitForFunction(() => document.querySelector('#looks').dataset.stage)
  const lit = () => [...document.querySelectorAll('#looks canvas')].map((canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value, k) => k % 4 === 0 && value > 200))
  assert.ok((await page.evaluate(lit))[0])
  const stages = await page.locator('#looks select').last().locator('option').allTextContents()
  assert.ok(stages.length > 3)
  await page.locator('#looks select').last().selectOption(stages[0])
  await page.waitForFunction((stage) => document.querySelector('#looks').dataset.stage === stage, stages[0])
})
