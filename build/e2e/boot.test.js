// Pages whose scripts do not load or do not run say so.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, before, test } from 'node:test'
import { bench, drop, settled } from './bench.js'

/** An array of 64 × 64, brightest in the middle. */
const square = Buffer.concat([
  Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), Buffer.from("{'descr': '|u1', 'fortran_order': False, 'shape': (64, 64), }".padEnd(117) + '\n'),
  Buffer.from(Array.from({ length: 64 * 64 }, (_, i) => 255 - 4 * Math.max(Math.abs((i % 64) - 32), Math.abs(Math.floor(i / 64) - 32)))),
])

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** What a page says of its scripts. */
const said = (page) => page.locator('.unstarted p').textContent()

for (const [name, script] of [['index.html', 'page/main.js'], ['course.html', 'page/course.js'], ['embed.html', 'figure/embed.js']]) {
  test(`${name} says that a script could not be loaded`, async () => {
    for (const answer of [{ status: 404 }, { status: 200, contentType: 'text/html', body: '<!doctype html>Sign in to the Wi-Fi' }]) {
      const page = await b.page()
      await page.route(`**/${script}`, (route) => route.fulfill(answer))
      await page.goto(`${b.origin}/${name}`)
      assert.match(await said(page), new RegExp(`^A part of this page could not be loaded, or is no script \\(${script} or what it imports\\)\\.`))
    }
  })

  test(`${name} says that a script that it needs is damaged`, async () => {
    const page = await b.page()
    await page.route(/\/(segfault|seg-fault)\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: 'export const sees = (' }))
    await page.goto(`${b.origin}/${name}`)
    assert.match(await said(page), /^The scripts of this page do not run here: they are damaged, or this browser is too old\./)
  })

  test(`${name} says that its scripts have not come, until they come`, async () => {
    const page = await b.page()
    await page.clock.install()
    let arrive
    const coming = new Promise((resolve) => (arrive = resolve))
    await page.route(`**/${script}`, async (route) => {
      await coming
      await route.continue()
    })
    await page.goto(`${b.origin}/${name}`, { waitUntil: 'commit' })
    await page.waitForFunction(() => document.body)
    assert.equal(await page.locator('.unstarted').count(), 0)
    await page.clock.fastForward(10_000)
    assert.match(await said(page), /^This page has not started yet\./)
    arrive()
    await page.locator('.unstarted').waitFor({ state: 'detached' })
  })
}

test('a page that has not started says that its pictures were made beforehand', async () => {
  const page = await b.page()
  await page.route('**/page/main.js', (route) => route.abort())
  await page.goto(b.paper)
  await said(page)
  assert.equal(await page.locator('.poster').first().isVisible(), true)
  assert.equal(await page.locator('#outdated').textContent(), 'These pictures were made beforehand.')
  assert.equal(await page.locator('#engine-text').textContent(), 'Not running')
})

test('without scripts the page, the course and a frame say so, and their pictures are there', async () => {
  const page = await b.page({ javaScriptEnabled: false })
  for (const [name, says, pictures] of [['index.html', 'Segfault computes in your browser and needs JavaScript.', '.poster'], ['course.html', /need JavaScript; without it they are pictures made beforehand\.$/, 'seg-fault img'], ['embed.html', /needs JavaScript\.$/, 'seg-fault img']]) {
    await page.goto(`${b.origin}/${name}`)
    await page.locator('p.alert, body > main > seg-fault').filter({ hasText: says, visible: true }).waitFor()
    const { width, height } = await page.locator(pictures).first().boundingBox()
    assert.ok(Math.min(width, height) > 200, `${name}: ${width} × ${height}`)
  }
})

test('a browser without modules is told to be too old', async () => {
  const page = await b.page()
  await page.addInitScript(() => delete HTMLScriptElement.prototype.noModule)
  await page.route('**/page/main.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' })) // as if it were not fetched
  await page.goto(b.paper)
  assert.equal(await said(page), 'This browser is too old for this page; use one of 2023 or later.')
})

test('a page that started says nothing, also of what fails later and of a browser that stores nothing', async () => {
  const page = await b.page()
  await page.addInitScript(() => {
    for (const name of ['sessionStorage', 'localStorage', 'indexedDB']) {
      Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError') } })
    }
  })
  await page.goto(b.paper)
  await settled(page)
  await page.evaluate(() => {
    const script = Object.assign(document.createElement('script'), { src: 'nowhere.js' })
    document.head.append(script)
    return new Promise((resolve) => script.addEventListener('error', resolve))
  })
  assert.equal(await page.locator('.unstarted').count(), 0)
  await drop(page, [{ name: 'scan.npy', bytes: square }])
  await page.locator('#scan-facts').filter({ hasText: 'NPY' }).waitFor()
  await settled(page)
  assert.equal(await page.locator('#alert').isVisible(), false)
  await page.locator('#kept').filter({ hasText: /keeps nothing of this page: a reload forgets what you opened\.$/ }).waitFor()
  assert.equal(await page.locator('#again').count(), 0)
})

test('with storage that is full the page attacks, and says that it keeps neither itself nor the scan', async () => {
  const page = await b.page({ kept: true })
  await page.addInitScript(() => {
    const full = () => { throw new DOMException('Quota exceeded.', 'QuotaExceededError') }
    IDBObjectStore.prototype.put = full
    ServiceWorkerContainer.prototype.register = async () => full() // as where not even its script can be kept
  })
  await page.goto(b.paper)
  await settled(page)
  await page.locator('#offline').filter({ hasText: /^This browser keeps nothing of this page, which needs the network at every visit\.$/ }).waitFor()
  await drop(page, [{ name: 'scan.npy', bytes: square }])
  await page.locator('#kept').filter({ hasText: /^This browser has no room for your scan/ }).waitFor()
  await settled(page)
  assert.equal(await page.locator('#alert').isVisible(), false)
})

/** Browsers that know no module workers take their scripts for classic ones. */
const classic = () => {
  const { Worker } = globalThis
  globalThis.Worker = class extends Worker {
    constructor(url, { type, ...options } = {}) {
      super(url, options)
    }
  }
}

test('without module workers page and figure say so in a sentence, and their posters stay', async () => {
  const page = await b.page()
  await page.addInitScript(classic)
  await page.goto(b.origin)
  await page.locator('#alert-text').filter({ hasText: /^The engine could not be started; reload the page, and use a browser of 2023 or later\./ }).waitFor()
  assert.equal(await page.locator('.poster').first().isVisible(), true)
  assert.equal(await page.locator('#outdated').textContent(), 'These pictures were made beforehand; nothing was computed here.')
  await page.goto(`${b.origin}/embed.html#sample=glioma`)
  await page.locator('seg-fault .status.failed').filter({ hasText: /The engine could not be started/ }).waitFor()
  assert.equal(await page.locator('seg-fault .poster').first().isVisible(), true)
})

test('with storage that is forbidden or full a figure attacks all the same', async () => {
  for (const fault of ['SecurityError', 'QuotaExceededError']) {
    const page = await b.page()
    await page.addInitScript((fault) => {
      for (const name of ['sessionStorage', 'localStorage', 'indexedDB', 'caches']) Object.defineProperty(window, name, { get() { throw new DOMException('no', fault) } })
    }, fault)
    await page.goto(`${b.origin}/embed.html#sample=glioma`)
    await page.locator('seg-fault .status:not(.failed)').filter({ hasText: 'A change of at most' }).waitFor()
    assert.deepEqual(page.complaints, [])
  }
})

test('a page that was opened as a file says how it can be opened', async () => {
  for (const name of ['index.html', 'course.html', 'embed.html']) {
    const page = await b.page()
    await page.goto(pathToFileURL(join(b.site(), name)).href)
    assert.match(await said(page), /^This page was opened as a file.*use segfault\.html, the page in one file\.$/, name)
  }
})

test('the page in one file says that it does not run', async () => {
  const file = b.single()
  const page = await b.page()
  await page.clock.install()
  await page.addInitScript(() => delete globalThis.DecompressionStream)
  await page.goto(pathToFileURL(file).href)
  await page.clock.fastForward(10_000)
  assert.match(await said(page), /^(This page has not started yet|The scripts of this page do not run here)/)
})
