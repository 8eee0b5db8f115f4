// An attack of several steps, in the module, on the page and in a figure.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** Runs a function in a page that has nothing but an opened laboratory, globalThis.lab. */
async function withLab(work) {
  const page = await b.page()
  await page.goto(`${b.origin}/release.json`)
  await page.evaluate(async () => {
    const { open } = await import('/segfault.js')
    globalThis.lab = await open({ backend: 'cpu' })
  })
  return page.evaluate(work)
}

test('the module iterates, tells of every step and never leaves ε, on either ground', async () => {
  const seen = await withLab(async () => {
    const made = await lab.sample('glioma')
    const { width, height } = made
    const header = new TextEncoder().encode(`{'descr': '<f4', 'fortran_order': False, 'shape': (${height}, ${width}), }`.padEnd(117) + '\n')
    const own = await lab.load(new Blob([Uint8Array.of(0x93, 78, 85, 77, 80, 89, 1, 0, header.length, 0), header, await lab.slice(made)]))
    const told = []
    const of = async (scan, options) => {
      const { attack, metrics, scan: attacked, gradient } = await lab.attack(scan, options)
      return { attack, metrics, unit: attacked && [attacked.linf, attacked.epsilon], gradient: gradient.some((v) => v !== 0) }
    }
    return {
      told,
      one: await of(made, { loss: 'bce' }),
      ten: await of(made, { loss: 'bce', steps: 10, onProgress: ({ stage, done, total }) => stage === 'step' && told.push([done, total]) }),
      scan: await of(own, { loss: 'bce', steps: 5, schedule: 'halving' }),
      random: [await of(made, { steps: 3, start: 'random', seed: 7, restarts: 1 }), await of(made, { steps: 3, start: 'random', seed: 7, restarts: 1 })],
      l2: await of(made, { norm: 'l2', epsilon: 2, steps: 5, gradient: 'grey' }),
      wrong: await Promise.all([{ steps: 0 }, { steps: 1.5 }, { step: -1 }, { norm: 'l1' }, { seed: 1 }, { norm: 'l2', scheme: 'blend' }].map(
        (options) => lab.attack(made, options).then(() => 'it went through', ({ message }) => message))),
    }
  })
  assert.deepEqual(seen.told, Array.from({ length: 10 }, (_, k) => [k + 1, 10]))
  assert.deepEqual(seen.one.metrics.steps, [])
  const { attack, metrics } = seen.ten
  assert.deepEqual([attack.steps, attack.step, attack.norm, attack.schedule, attack.start, attack.restarts, attack.seed], [10, 0.00225, 'linf', 'constant', 'origin', 0, 0])
  assert.equal(metrics.steps.length, 11)
  assert.ok(Math.abs(metrics.steps[0].loss - metrics.loss) < 1e-6 && Math.abs(metrics.steps[0].dice - metrics.dice.union.before) < 1e-6)
  for (const [at, when] of [[0, 'before'], [10, 'after']]) assert.ok(Math.abs(metrics.steps[at].true - metrics.dice.true[when]) < 1e-6, 'the true class beside')
  assert.ok(Math.abs(metrics.steps[10].dice - metrics.dice.union.after) < 1e-6)
  assert.ok(metrics.steps[10].loss > metrics.steps[1].loss && metrics.steps[1].loss > metrics.steps[0].loss)
  assert.ok(metrics.linf <= 0.009 + 1e-6 && metrics.dice.union.after <= seen.one.metrics.dice.union.after)
  assert.equal(seen.scan.attack.on, 'scan')
  assert.ok(seen.scan.gradient && seen.scan.unit[0] > 0 && seen.scan.unit[0] <= seen.scan.unit[1] * 1.001)
  assert.equal(seen.scan.metrics.steps.length, 6)
  assert.deepEqual(seen.random[0].metrics.steps, seen.random[1].metrics.steps, 'a seed is the same attack')
  assert.ok(seen.l2.metrics.l2 <= 2 * Math.sqrt(3) * 1.0001 && seen.l2.metrics.l2 > 3)
  for (const [k, says] of [/0 steps; expected 1 to 1000/, /steps should be a whole number/, /step -1 is out of range/, /unknown norm "l1".*linf or l2/,
    /a seed are for a random start/, /blend is of a budget for each pixel, which the norm l2 has not/].entries()) assert.match(seen.wrong[k], says)
})

test('an iteration is cancelled between its steps', async () => {
  const seen = await withLab(async () => {
    const scan = await lab.sample('glioma')
    const stop = new AbortController()
    let last = 0
    const ended = await lab.attack(scan, { steps: 500, signal: stop.signal, onProgress: ({ stage, done }) => {
      if (stage === 'step') last = done
      if (last === 2) stop.abort()
    } }).then(() => 'it went on', ({ name }) => name)
    return { ended, last, goes: (await lab.attack(scan)).metrics.linf }
  })
  assert.equal(seen.ended, 'AbortError')
  assert.ok(seen.last < 500)
  assert.ok(seen.goes > 0)
})

test('the page iterates with the steps of its field, and an address says so', async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/#steps=4`)
  await settled(page)
  assert.equal(await page.locator('#steps').inputValue(), '4')
  const numbers = page.locator('#numbers')
  assert.match(await numbers.textContent(), /Loss by step[\d.]+ → .*Dice by step[\d.]+ → .*After 0, 1, 2, 3, 4 steps\./)
  const after = Number(await page.locator('#dice-after').textContent())
  await page.locator('#steps').fill('1')
  await page.waitForURL(/steps=1/)
  await page.waitForFunction(() => !document.querySelector('#numbers').textContent.includes('by step') && document.querySelector('#finding').textContent)
  assert.ok(after <= Number(await page.locator('#dice-after').textContent()))
})

test('a figure iterates with its attribute and offers the steps as a control', async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/embed.html#sample=glioma&view=compare&steps=3&controls=steps`)
  const figure = page.locator('seg-fault')
  await figure.locator('.status').filter({ hasText: 'A change of at most' }).waitFor()
  assert.deepEqual(await figure.evaluate(({ fault, steps }) => [fault.attack.steps, fault.metrics.steps.length, steps]), [3, 4, 3])
  const result = figure.evaluate((one) => new Promise((resolve) => one.addEventListener('result', ({ detail }) => resolve(detail.fault.attack.steps), { once: true })))
  await figure.getByLabel('Steps').fill('2')
  await figure.getByLabel('Steps').blur()
  assert.equal(await result, 2)
})
