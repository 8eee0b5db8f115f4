// Firefox's WebGPU, which is not Chromium's: the same shaders compiled by others, and promises that settle late.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { bench, data } from './bench.js'
import { openFirefox } from './firefox.js'
import { alike, elsewhere, figured, revisited, tour } from './tour.js'

let b
let opened
before(async () => (b = await bench()))
after(async () => {
  await opened?.close()
  await b?.close()
})

/** The Firefox of all tests, or undefined where there is none. */
const firefox = async (t) => (opened ??= await openFirefox(t))

test("the page attacks on Firefox's WebGPU with the CPU's numbers", async (t) => {
  const browser = await firefox(t)
  if (!browser) return
  const shown = {}
  for (const [backend, page] of [['webgpu', await browser.newPage()], ['cpu', await b.page()]]) {
    await page.goto(`${b.origin}/?backend=${backend}#purpose=paper`)
    shown[backend] = await page.evaluate(async () => {
      const text = (id) => document.querySelector(id).textContent
      while (document.querySelector('#engine').dataset.state !== 'ready' || text('#dice-after') === '–') {
        if (!document.querySelector('#alert').hidden) throw new Error(text('#alert-text'))
        await new Promise((done) => setTimeout(done, 50))
      }
      return { facts: text('#backend-facts'), dice: ['#dice-before', '#dice-after'].map(text) }
    })
    await page.close()
  }
  assert.match(shown.webgpu.facts, /^WebGPU, as chosen/)
  assert.match(shown.cpu.facts, /^The CPU, as chosen/)
  near(shown.webgpu.dice.map(Number), shown.cpu.dice.map(Number), 0.002)
})

test("Firefox's WebGPU computes the CPU's logits and, but for ties, its signs", async (t) => {
  const browser = await firefox(t)
  if (!browser) return
  const page = await browser.newPage()
  await page.goto(`${b.origin}/course.html`)
  const [gpu, cpu] = await page.evaluate(async () => {
    const { open } = await import('./segfault.js')
    const found = []
    for (const backend of ['webgpu', 'cpu']) {
      const lab = await open({ backend })
      const { before, image, adversarial } = await lab.attack(await lab.sample('glioma'), { on: 'input' })
      found.push({ backend: lab.info.backend, logits: [...before.logits], signs: [...adversarial].map((v, i) => Math.sign(v - image[i])) })
      lab.close()
    }
    return found
  })
  assert.deepEqual([gpu.backend, cpu.backend], ['webgpu', 'cpu'])
  near(gpu.logits, cpu.logits, 1e-4 * Math.max(...cpu.logits.map(Math.abs)))
  const alike = gpu.signs.filter((sign, i) => sign === cpu.signs[i]).length / cpu.signs.length
  assert.ok(alike > 0.995, `${100 * alike} % of the signs are the CPU's`)
})

test("Firefox has Chromium's numbers of a sample, a dropped file, Compare and a figure elsewhere, in a hidden tab too, and goes on without a network", { timeout: 240_000 }, async (t) => {
  const scan = data(t, 'brain', 'test', 'images', 'test_00008_gl_ax_t1.jpg')
  const browser = scan && (await firefox(t))
  if (!browser) return
  const file = readFileSync(scan).toString('base64')
  const model = 'brain-unet-vgg13-w10'
  const abroad = await elsewhere(t, b.origin, model)
  const told = {}
  const tab = await browser.newPage()
  for (const [name, page] of [['firefox', tab], ['chromium', await b.page()]]) {
    await page.goto(`${b.origin}/?backend=cpu#purpose=paper&model=${model}`)
    told[name] = await page.evaluate(tour, file)
    await page.goto(abroad)
    told[name].figure = await page.evaluate(figured)
  }
  assert.ok(alike(told.chromium, told.firefox), JSON.stringify(told))

  const over = await browser.newPage()
  await over.bringToFront()
  assert.equal(await tab.evaluate(() => document.visibilityState), 'hidden')
  await tab.evaluate(() => (document.querySelector('seg-fault').epsilon = 0.003))
  await tab.waitForFunction(() => Math.abs(document.querySelector('seg-fault').fault.attack.epsilon - 0.003) < 1e-6, { polling: 100, timeout: 60_000 })

  await revisited(t, over, b.origin, `?backend=cpu#purpose=paper&model=${model}`)
})

function near(got, want, within) {
  assert.equal(got.length, want.length)
  got.forEach((value, i) => assert.ok(Math.abs(value - want[i]) <= within, `number ${i} is ${value} on WebGPU and ${want[i]} on the CPU`))
}
