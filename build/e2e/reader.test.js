// The module that reads and writes files: fetched when a file is first used, beside the engine, and no danger to it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const fetched = (page) => page.requests.filter((url) => url.endsWith('/engine/files.wasm')).length

/** A page with a laboratory and a picture, nothing else. */
async function laboratory(prepare = () => {}) {
  const page = await b.page()
  await prepare(page)
  await page.goto(`${b.origin}/reference.html`)
  await page.evaluate(async () => {
    const { open } = await import('./segfault.js')
    globalThis.ends = []
    globalThis.lab = await open({ backend: 'cpu', onReset: (error) => ends.push(error && error.message) })
    globalThis.picture = await (await fetch('icon.png')).arrayBuffer()
  })
  return page
}

test('a sample takes no reader, a file fetches it once, and the page says so', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  assert.equal(fetched(page), 0)
  const told = page.evaluate(() => new Promise((resolve) => {
    const text = document.querySelector('#progress-text')
    new MutationObserver(() => /reads files/.test(text.textContent) && resolve(text.textContent)).observe(text, { childList: true, characterData: true, subtree: true })
  }))
  const file = { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from(await (await fetch(`${b.origin}/icon.png`)).arrayBuffer()) }
  await page.locator('#file-scan').setInputFiles(file)
  assert.match(await told, /^Loading what reads files/)
  await page.locator('#scan-facts').filter({ hasText: 'PNG' }).waitFor()
  await settled(page)
  await page.locator('#file-scan').setInputFiles(file)
  await settled(page)
  assert.equal(fetched(page), 1)
  assert.deepEqual(page.complaints, [])
})

test('the fetch of the reader is told in bytes, of all that there are', async () => {
  const page = await laboratory()
  const heard = await page.evaluate(async () => {
    const heard = []
    await lab.load(picture, { onProgress: (progress) => heard.push(progress) })
    return heard.filter(({ stage }) => stage === 'files')
  })
  assert.ok(heard.length)
  assert.equal(heard.at(-1).done, heard.at(-1).total)
})

test('a cancel ends the fetch of the reader, and the engine goes on at once', async () => {
  let held = true
  const page = await laboratory((page) => page.route('**/engine/files.wasm', (route) => (held ? null : route.continue())))
  const asked = page.waitForRequest('**/engine/files.wasm')
  await page.evaluate(() => {
    globalThis.stop = new AbortController()
    globalThis.loading = lab.load(picture, { signal: stop.signal }).then(() => 'it was read', (error) => error.name)
  })
  await asked
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/engine/files.wasm'))
  const seen = await page.evaluate(async () => {
    stop.abort()
    const sample = await lab.sample('glioma')
    return [await loading, sample.format]
  })
  assert.deepEqual(seen, ['AbortError', 'phantom'])
  await ended
  held = false
  assert.equal(await page.evaluate(async () => (await lab.load(picture)).format), 'png', 'the next one fetches it anew')
})

test('a reader of another release is refused in a sentence, and asked for again by the next call', async () => {
  let wrong = true
  const page = await laboratory((page) => page.route('**/engine/files.wasm', async (route) => {
    const response = await route.fetch()
    const body = await response.body()
    if (wrong) body[body.length - 1] ^= 1
    await route.fulfill({ response, body })
  }))
  const load = () => page.evaluate(() => lab.load(picture).then(({ format }) => format, (error) => error.message))
  assert.equal(await load(), 'segfault: the file engine/files.wasm is not that of this release; reload the page, or ask whoever runs the site.')
  wrong = false
  assert.equal(await load(), 'png')
})

test('a mistake in the reader is a sentence, and the next call works', async () => {
  const page = await laboratory()
  await page.evaluate(async () => (globalThis.scan = await lab.load(picture)))
  const { error } = await page.workers()[0].evaluate(() => segfault.files.step(999, 0))
  assert.match(error, /^segfault: this is a mistake in the program, please report it \(step: [^\n]+\)$/)
  assert.equal(await page.evaluate(async () => (await lab.load(picture)).format), 'png')
  assert.deepEqual(await page.evaluate(() => ends), [])
})

test('a reader that runs out of memory takes its worker with it, and the next call starts both anew, with what was loaded', { timeout: 300_000 }, async () => {
  const page = await laboratory()
  await page.evaluate(async () => (globalThis.scan = await lab.load(picture)))
  await page.workers()[0].evaluate(() => {
    const { read } = segfault.files
    segfault.files.read = () => read([{ name: 'vast', bytes: { length: 4.29e9 } }], 0) // all that there can be
  })
  const seen = await page.evaluate(async () => {
    const why = await lab.load(picture).then(() => 'it was read', (error) => error.message)
    const fault = await lab.attack(scan)
    const copy = await lab.save(fault)
    return [why, fault.attack.on, copy.name, ends.length]
  })
  assert.match(seen[0], /^segfault: the engine has stopped, most likely for want of memory; with the next call it starts anew, with what was loaded\.$/)
  assert.deepEqual(seen.slice(1), ['scan', 'adversarial.png', 1])
})

test('a file is kept for as long as its scan or a result of it', async () => {
  const page = await laboratory()
  await page.evaluate(async () => {
    globalThis.scan = await lab.load(picture)
    globalThis.fault = await lab.attack(scan)
    await lab.release(scan)
  })
  const held = () => page.workers()[0].evaluate(() => segfault.files.step(1, 0).step)
  assert.equal(await held(), 1)
  assert.equal(await page.evaluate(async () => (await lab.save(fault)).name), 'adversarial.png')
  await page.evaluate(() => lab.release(fault))
  assert.equal(await held(), undefined)
})
