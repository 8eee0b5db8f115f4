// The service worker, with caches that fail and pages of several releases.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser, release } from './service.js'

const contents = { 'index.html': '<!doctype html>', 'engine/segfault.wasm': 'engine 1', 'page/main.js': 'page 1', 'weights/b.safetensors': 'weights 1' }
const one = release('1', contents)
const two = release('2', { ...contents, 'page/main.js': 'page 2', 'engine/segfault.wasm': 'engine 2', 'weights/b.safetensors': 'weights 2' })

/** A browser in which a release has been installed. */
async function installed(of = one) {
  const browser = new Browser({ ...of.contents })
  const worker = browser.worker(of)
  await worker.install()
  await worker.activate()
  browser.asked.length = 0
  return { browser, worker }
}

/** Takes another release in a browser. */
async function updated(browser, of) {
  Object.assign(browser.served, of.contents)
  const worker = browser.worker(of)
  await worker.install()
  await worker.activate()
  browser.asked.length = 0
  return worker
}

const kept = (browser) => [...browser.entries.keys()].filter((url) => !url.includes('service-')).length

test('after the first visit files come from the cache', async () => {
  const { browser, worker } = await installed()
  browser.online = false
  assert.equal(await worker.get('page/main.js'), 'page 1')
  assert.equal(await worker.get('', { mode: 'navigate' }), '<!doctype html>')
})

test('a file that is used later is kept then', async () => {
  const { browser, worker } = await installed()
  assert.equal(await worker.get('weights/b.safetensors'), 'weights 1')
  browser.online = false
  assert.equal(await worker.get('weights/b.safetensors'), 'weights 1')
})

test('a file that is not of the release is shown and not kept', async () => {
  const { browser, worker } = await installed()
  browser.served['weights/b.safetensors'] = 'something else'
  assert.equal(await worker.get('weights/b.safetensors'), 'something else')
  assert.equal(kept(browser), 3)
})

test('another site’s files, and none of ours, are left to the network', async () => {
  const { worker } = await installed()
  assert.equal(await worker.get('https://other.example/page/main.js'), undefined)
  assert.equal(await worker.get('page/main.js', { method: 'POST' }), undefined)
  assert.equal(await worker.get('%E0%A4%A'), undefined)
})

for (const [name, damage] of Object.entries({ 'cut': 'pa', 'empty': '', 'changed': 'page!1' })) {
  test(`an entry that is ${name} is dropped and fetched anew`, async () => {
    const { browser, worker } = await installed()
    const [key] = [...browser.entries.keys()].filter((url) => url.includes('page/main.js'))
    browser.entries.set(key, new Response(damage))
    assert.equal(await worker.get('page/main.js'), 'page 1')
    assert.deepEqual(browser.asked, ['page/main.js'])
    browser.online = false
    assert.equal(await worker.get('page/main.js'), 'page 1')
  })
}

test('a release with a damaged file in the cache is installed with that file fetched anew', async () => {
  const { browser } = await installed()
  const [key] = [...browser.entries.keys()].filter((url) => url.includes('index.html'))
  browser.entries.set(key, new Response('<!doc'))
  Object.assign(browser.served, two.contents)
  await browser.worker(two).install()
  assert.deepEqual(browser.asked.sort(), ['engine/segfault.wasm', 'index.html', 'page/main.js'])
})

for (const fault of ['full', 'rejects']) {
  test(`with a cache that ${fault === 'full' ? 'is full' : 'rejects'} the network answers`, async () => {
    const { browser, worker } = await installed()
    browser.entries.clear()
    browser.fault = fault
    assert.equal(await worker.get('page/main.js'), 'page 1')
    assert.equal(await worker.get('', { mode: 'navigate' }), '<!doctype html>')
    assert.equal(await worker.get('not/of/ours'), '')
  })

  test(`with a cache that ${fault === 'full' ? 'is full' : 'rejects'} a release is not installed`, async () => {
    const browser = new Browser(contents)
    browser.fault = fault
    await assert.rejects(browser.worker(one).install())
  })

  test(`with a cache that ${fault === 'full' ? 'is full' : 'rejects'} an installed release begins its work`, async () => {
    const browser = new Browser(contents)
    browser.pages.push({ id: 'a', controlled: false })
    const worker = browser.worker(one)
    browser.fault = fault
    await worker.activate()
    assert.ok(browser.pages[0].controlled)
  })
}

test('with a cache that hangs the network answers after a while', async () => {
  const { browser, worker } = await installed()
  browser.fault = 'hangs'
  browser.impatient = Promise.resolve()
  assert.equal(await browser.worker(one).get('page/main.js'), 'page 1')
  browser.fault = ''
  assert.equal(await worker.get('page/main.js'), 'page 1')
})

test('a file of another release is not taken into this one', async () => {
  const browser = new Browser({ ...contents, 'page/main.js': 'page 2' })
  await assert.rejects(browser.worker(one).install(), /page\/main\.js is not of this release/)
})

test('what is asked for past the caches comes from the network, and is kept instead', async () => {
  const { browser, worker } = await installed()
  assert.equal(await worker.get('page/main.js', { cache: 'reload' }), 'page 1')
  assert.deepEqual(browser.asked, ['page/main.js anew'])
})

test('a part of a file comes from the network', async () => {
  const { browser, worker } = await installed()
  await worker.get('page/main.js', { headers: new Headers({ Range: 'bytes=2-' }) })
  assert.deepEqual(browser.asked, ['page/main.js'])
})

test('an update fetches what has changed only', async () => {
  const { browser } = await installed()
  Object.assign(browser.served, two.contents)
  await browser.worker(two).install()
  assert.deepEqual(browser.asked.sort(), ['engine/segfault.wasm', 'page/main.js'])
})

test('an old page keeps the files of its release, its later workers too, and a new one has the new', async () => {
  const { browser, worker } = await installed()
  await worker.get('weights/b.safetensors')
  browser.pages.push({ id: 'old', controlled: true })
  const later = await updated(browser, two)
  browser.online = false
  assert.equal(await later.get('page/main.js', { clientId: 'old' }), 'page 1')
  assert.equal(await later.get('weights/b.safetensors', { clientId: 'old' }), 'weights 1')
  assert.equal(await later.get('engine/segfault.wasm', { clientId: 'old', resultingClientId: 'old’s worker' }), 'engine 1')
  browser.pages.push({ id: 'old’s worker', controlled: true }) // which browsers tell of when it has its script
  assert.equal(await later.get('engine/segfault.wasm', { clientId: 'old’s worker' }), 'engine 1')
  assert.equal(await later.get('page/main.js', { clientId: 'new' }), 'page 2')

  const restarted = browser.worker(two) // browsers end service workers as they like
  assert.equal(await restarted.get('page/main.js', { clientId: 'old' }), 'page 1')
  assert.equal(await restarted.get('engine/segfault.wasm', { clientId: 'old’s worker' }), 'engine 1')
  assert.equal(await restarted.get('page/main.js', { clientId: 'new' }), 'page 2')
})

test('an old page keeps its files over two updates', async () => {
  const { browser } = await installed()
  browser.pages.push({ id: 'old', controlled: true })
  await updated(browser, two)
  browser.pages.push({ id: 'middle', controlled: true })
  const last = await updated(browser, release('3', { ...two.contents, 'page/main.js': 'page 3' }))
  browser.online = false
  assert.equal(await last.get('page/main.js', { clientId: 'old' }), 'page 1')
  assert.equal(await last.get('page/main.js', { clientId: 'middle' }), 'page 2')
  assert.equal(await last.get('page/main.js', { clientId: 'new' }), 'page 3')
})

test('what only old pages needed goes when the last of them has gone', async () => {
  const { browser } = await installed()
  browser.pages.push({ id: 'old', controlled: true })
  const later = await updated(browser, two)
  assert.equal(kept(browser), 5)
  browser.pages.length = 0
  await later.get('', { mode: 'navigate', resultingClientId: 'new' })
  assert.equal(kept(browser), 3)
})
