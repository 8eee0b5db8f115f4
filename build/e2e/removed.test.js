// Figures that leave their page: nothing is computed for them, and the engine keeps nothing of theirs.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** A page of the site with the figure's script, which notes in calls what the engine is asked for. */
async function page() {
  const page = await b.page()
  await page.addInitScript(() => {
    globalThis.calls = []
    const { postMessage } = Worker.prototype
    Worker.prototype.postMessage = function (message, ...more) {
      calls.push(message)
      postMessage.call(this, message, ...more)
    }
  })
  await page.goto(`${b.origin}/reference.html`)
  await page.evaluate(async () => {
    await import('./seg-fault.js')
    globalThis.figure = (seed) => {
      const figure = Object.assign(document.createElement('seg-fault'), { sample: 'glioma', seed })
      document.body.prepend(figure)
      return figure
    }
  })
  return page
}

test('nothing is attacked for a figure that was removed while the engine was opened', async () => {
  const here = await page()
  const seeds = await here.evaluate(async () => {
    const [gone, there] = [figure(1), figure(2)]
    const starts = [gone.start().catch(() => {}), there.start()]
    gone.remove()
    await Promise.all(starts)
    return calls.filter(({ method }) => method === 'sample').map(({ params }) => params.seed)
  })
  assert.deepEqual(seeds, [2])
})

test('the result of a figure that was removed is released', async () => {
  const here = await page()
  const [result, released] = await here.evaluate(async () => {
    const gone = figure(1)
    const { id } = await gone.start()
    gone.remove()
    await figure(2).start()
    return [id, calls.filter(({ method }) => method === 'release').flatMap(({ params }) => params.ids)]
  })
  assert.ok(released.includes(result), `${result} is not among ${released}`)
})

test('a figure that was removed and added again attacks as before', async () => {
  const here = await page()
  const [before, after] = await here.evaluate(async () => {
    const moved = figure(1)
    const before = (await moved.start()).metrics
    moved.remove()
    await null
    await new Promise((resolve) => {
      moved.addEventListener('result', resolve, { once: true })
      document.body.prepend(moved)
    })
    return [before, moved.fault.metrics]
  })
  assert.deepEqual(after, before)
})

test('nothing more is computed for a figure that is removed while a change waits, nor for one that is in no page', async () => {
  const here = await page()
  const seen = await here.evaluate(async () => {
    const [gone, there] = [figure(1), figure(2)]
    await Promise.all([gone.start(), there.start()])
    const attacks = () => calls.filter(({ method }) => method === 'attack').length
    const before = attacks()
    gone.epsilon = 0.001
    while (attacks() === before) await new Promise((resolve) => setTimeout(resolve))
    gone.epsilon = 0.002
    gone.remove()
    await gone.start().catch(() => {})
    calls.length = 0
    gone.epsilon = 0.003
    document.body.prepend(gone)
    gone.epsilon = 0.004
    gone.remove()
    await null
    gone.epsilon = 0.005
    there.epsilon = 0.006
    await new Promise((resolve) => there.addEventListener('result', resolve, { once: true }))
    return calls.filter(({ method }) => ['sample', 'attack'].includes(method)).map(({ method, params }) => params.epsilon ?? method)
  })
  assert.deepEqual(seen, [0.006])
})
