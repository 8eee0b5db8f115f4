// A model is led to what was painted: on a real slice through the module, and on the page with the brush.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { bench, root, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const slice = join(root, '..', 'shared', 'data', 'brain', 'test', 'images', 'test_00014_gl_ax_t1.jpg')

test('a disc with a radius of 20 is found on a real slice with ε = 0.02, and with a tenth of it is not', { timeout: 600_000 }, async (t) => {
  if (!existsSync(slice)) {
    assert.ok(!process.env.CI, `${slice} is absent; CI must have it`)
    return t.skip(`skipped: ${slice} is absent (reference data, which is not part of the repository)`)
  }
  const page = await b.page()
  await page.goto(`${b.origin}/release.json`)
  const seen = await page.evaluate(async (bytes) => {
    const { open } = await import('/segfault.js')
    const lab = await open({ backend: 'cpu' })
    const model = 'brain-unet-vgg13-w4'
    const scan = await lab.load(new Blob([Uint8Array.from(bytes)]))
    await lab.paint(scan, { as: 'target', label: 1, points: [[80, 110]], radius: 20, model })
    const ask = { model, method: 'apgd', steps: 40, label: 'painted', on: 'input', gradient: 'grey' }
    const told = ({ metrics, painted }) => ({ target: metrics.target, ending: metrics.ending, success: metrics.success, linf: metrics.linf, painted: painted.target.named })
    const none = await lab.attack(scan, { ...ask, label: 'painted', class: 9 }).catch(({ message }) => message)
    return { strong: told(await lab.attack(scan, { ...ask, epsilon: 0.02 })), weak: told(await lab.attack(scan, { ...ask, epsilon: 0.002 })), none }
  }, [...readFileSync(slice)])
  t.diagnostic(JSON.stringify(seen.strong))
  assert.ok(seen.strong.target.before < 0.2 && seen.strong.target.after >= 0.8, JSON.stringify(seen.strong))
  assert.ok(seen.strong.linf <= 0.02 + 1e-6)
  assert.deepEqual([seen.strong.ending, seen.strong.success, seen.strong.painted], ['reached', true, true])
  assert.deepEqual([seen.weak.ending, seen.weak.success], ['unreached', false], JSON.stringify(seen.weak))
  assert.match(seen.none, /class 9; the model has 3/)
})

test('what is painted as target becomes the attack, and where it is missed the least ε is offered', { timeout: 600_000 }, async () => {
  const page = await b.page({ viewport: { width: 1440, height: 1000 } })
  page.setDefaultTimeout(120_000)
  await page.goto(`${b.origin}/#epsilon=0.0005&purpose=paper`)
  await settled(page)
  await page.locator('#purpose').selectOption('target')
  assert.equal(await page.locator('#loss').isVisible(), false, 'choices of the paper’s attack are put away')
  await page.waitForFunction(() => /has no target/.test(document.querySelector('#alert-text').textContent))
  await page.getByRole('button', { name: 'Paint a mask' }).click()
  assert.equal(await page.locator('#brush').getByRole('radio', { name: 'target' }).isChecked(), true)
  await page.locator('#pair').press(' ')
  await page.waitForFunction(() => document.querySelector('[data-view=adversarial] [data-outline=target]').getAttribute('d'))
  await page.waitForFunction(() => /does not find its target/.test(document.querySelector('#alert-text').textContent))
  await page.getByRole('button', { name: 'Find the least ε that does it' }).click()
  await page.waitForFunction(() => /The least that was found|does it/.test(document.querySelector('#alert-text').textContent) && !document.querySelector('#alert-text button'))
  assert.match(await page.locator('.tried figcaption').textContent(), /^Dice with the target by ε.*: untouched 0\.\d{3}; ε [\d.]+ [\d.]+.*, does it/)
  assert.match(await page.locator('.live figcaption').last().textContent(), /^Dice with the target 0\.\d{3} → /)
  await page.locator('#purpose').selectOption('target')
  await page.locator('#sought').selectOption('hallucinate')
  const drawn = await page.locator('[data-view=adversarial] [data-outline=target]').getAttribute('d')
  await page.waitForFunction((drawn) => ![null, '', drawn].includes(document.querySelector('[data-view=adversarial] [data-outline=target]').getAttribute('d')) && /its target: Dice with it/.test(document.querySelector('#finding').textContent), drawn)
  assert.equal(await page.locator('#target-key').isVisible(), true)
  assert.match(new URL(page.url()).hash, /purpose=target.*label=hallucinate/)
  await page.locator('#purpose').selectOption('paper')
  assert.equal(await page.locator('#loss').isVisible(), true)
  await page.locator('.tried').waitFor({ state: 'hidden' })
})
