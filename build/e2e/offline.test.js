// The site without a network: after one visit, with a new release, and as one file.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { bench, data, drop, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** The page of a site with an attack of one step, which is quick. */
const quick = (origin) => new URL('#purpose=paper', origin).href

/** A page after a first visit, with the site kept. */
async function visited(origin = b.origin) {
  const page = await b.page({ kept: true })
  await page.goto(quick(origin))
  await page.locator('#offline').filter({ hasText: 'Kept for use without a network.' }).waitFor()
  await settled(page)
  return page
}

/** The site in a folder of another host, as GitHub Pages has it. */
async function inAFolder(t) {
  const server = createServer(async ({ url }, response) => {
    const from = url.startsWith('/segfault/') ? await fetch(b.origin + url.slice('/segfault'.length)) : new Response('not here', { status: 404 })
    response.writeHead(from.status, { 'content-type': from.headers.get('content-type') })
    response.end(Buffer.from(await from.arrayBuffer()))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${server.address().port}/segfault/`
}

test('after one visit the page, a local scan and the course work without a network, in a folder of a host', async (t) => {
  const scan = data(t, 'formats', 'nifti', 'anatomical.nii')
  if (!scan) return
  const site = await inAFolder(t)
  const page = await visited(site)
  assert.deepEqual(page.requests.filter((url) => !url.startsWith(site)), [])
  await page.context().setOffline(true)
  await page.reload()
  await settled(page)
  await drop(page, [{ name: 'scan.nii', path: scan }])
  await page.locator('#scan-facts').filter({ hasText: 'NIfTI' }).waitFor()
  await settled(page)
  assert.match(await page.locator('#finding').textContent(), /^A change of at most 0\.9% of the grey range, /)
  await page.goto(`${site}course.html`)
  await page.locator('seg-fault .status').filter({ hasText: 'A change of at most' }).first().waitFor()
  assert.deepEqual(page.complaints, [])
})

test('keeping the site takes nothing from the first attack', async () => {
  const page = await b.page({ kept: true })
  await page.addInitScript(() => {
    const { register } = ServiceWorkerContainer.prototype
    ServiceWorkerContainer.prototype.register = function (...given) {
      globalThis.shown = document.querySelector('#dice-after').textContent
      return register.apply(this, given)
    }
  })
  await page.goto(b.paper)
  await page.waitForFunction(() => globalThis.shown)
  assert.match(await page.evaluate(() => globalThis.shown), /^[01]\.\d{3}$/)
})

test('the site can be installed', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  const session = await page.context().newCDPSession(page)
  const { errors, data } = await session.send('Page.getAppManifest')
  assert.deepEqual(errors, [])
  assert.equal(JSON.parse(data).name, 'Segfault')
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), [])
})

/** A host of the site that changes: files of a later release, and what it was asked for. */
async function changing(t) {
  const later = {}
  const asked = []
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, b.origin)
    asked.push(pathname)
    const from = await fetch(b.origin + pathname)
    response.writeHead(from.status, { 'content-type': from.headers.get('content-type'), 'cache-control': 'no-cache' })
    response.end(later[pathname] ?? Buffer.from(await from.arrayBuffer()))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    asked,
    /** Puts a release there in which a file has changed. */
    async release(path, text) {
      const list = await (await fetch(`${b.origin}/service-files.js`)).text()
      const release = JSON.parse(list.slice(list.indexOf('{')))
      release.version += '.later'
      release.files[path] = createHash('sha256').update(text).digest('hex').slice(0, 16)
      later[`/${path}`] = text
      later['/service-files.js'] = `self.release = ${JSON.stringify(release)}`
      asked.length = 0
    },
  }
}

/** What a page gets for a file. */
const shown = (page, path) => page.evaluate(async (path) => (await fetch(path)).text(), path)

/** Has a page look for a new release, and waits until it offers that. */
async function offered(page) {
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
  await page.locator('#offline').filter({ hasText: 'A new version has come.' }).waitFor()
}

/** Takes it. The charts come first: Chromium puts off the change of worker, by minutes under a debugger, if a request wakes the old one. */
async function taken(page) {
  const accept = page.getByRole('button', { name: 'Use it now' })
  await accept.scrollIntoViewIfNeeded()
  await page.locator('#plots svg').first().waitFor()
  await Promise.all([page.waitForEvent('load'), accept.press('Enter')])
}

const [style, text] = ['styles/bench.css', '/* A later release. */']

test('a new release is offered, only what changed in it is fetched, and a page that was open keeps the files of its own, and offers nothing', async (t) => {
  const host = await changing(t)
  const page = await visited(host.origin)
  const other = await page.context().newPage()
  await other.goto(quick(host.origin))
  await settled(other)
  await host.release(style, text)
  await offered(page)
  await other.locator('#offline').filter({ hasText: 'A new version has come.' }).waitFor()
  assert.notEqual(await shown(page, style), text, 'until it is accepted, the release before serves')
  await taken(page)
  assert.deepEqual(host.asked.filter((path) => !path.startsWith('/service')), [`/${style}`])
  await other.locator('#offline').filter({ hasText: /^A new version is in use in another tab; this page has it once it is loaded again\.$/ }).waitFor()
  assert.notEqual(await shown(other, style), text)
  await other.evaluate(async () => (await import('./segfault.js')).open({ backend: 'cpu' }))
  const third = await page.context().newPage() // with each page the service worker forgets those that are gone
  await third.goto(new URL('reference.html', host.origin).href)
  for (const worker of other.workers()) assert.notEqual(await shown(worker, `../${style}`), text, 'nor has a worker that it starts later the new release')
  assert.equal(await shown(page, style), text)
  await other.reload()
  await settled(other)
  assert.equal(await shown(other, style), text)
})

test('a damaged engine in the cache is fetched anew, and the site works online with a cache that is full or gone after it was installed', async () => {
  const page = await visited()
  const again = async () => {
    await page.reload()
    await settled(page)
    assert.deepEqual(page.complaints, [])
  }
  await page.evaluate(async () => {
    const cache = await caches.open('segfault')
    const { url } = (await cache.keys()).find(({ url }) => url.includes('/engine/segfault.wasm'))
    const response = await cache.match(url)
    await cache.put(url, new Response((await response.arrayBuffer()).slice(0, 100_000), response))
  })
  await again()
  const [worker] = page.context().serviceWorkers()
  for (const fault of [
    () => (Cache.prototype.put = () => Promise.reject(new DOMException('Quota exceeded.', 'QuotaExceededError'))),
    () => (CacheStorage.prototype.open = () => Promise.reject(new Error('The disk is gone.'))),
  ]) {
    await worker.evaluate(async () => {
      for (const key of await caches.keys()) await caches.delete(key)
    })
    await worker.evaluate(fault)
    await again()
  }
})

/** Workers that read no Blob, as WebKit's of a page from a file. */
function blind() {
  const script = 'Blob.prototype.arrayBuffer = Blob.prototype.text = Blob.prototype.stream = () => { throw new Error("no Blob is read here") }; const { Response: Plain } = self; ' +
    'self.Response = class extends Plain { constructor(body, ...rest) { if (body instanceof Blob) throw new Error("no Blob is read here"); super(body, ...rest) } };'
  const create = URL.createObjectURL
  URL.createObjectURL = (blob) => create(blob.type === 'text/javascript' ? new Blob([script, blob], blob) : blob)
}

test('one file attacks its sample, a local scan and an own model, and fetches nothing, with workers that read no Blob', async (t) => {
  const scan = data(t, 'formats', 'dicom', 'MR_small.dcm')
  if (!scan) return
  const page = await b.page()
  await page.addInitScript(blind)
  const [name] = await b.models()
  const model = Buffer.from(await (await fetch(`${b.origin}/weights/${name}.safetensors`)).arrayBuffer())
  const address = pathToFileURL(b.single()).href
  await page.goto(quick(address))
  await settled(page)
  assert.match(await page.locator('#finding').textContent(), /^A change of at most 0\.9% of the grey range, /)
  await drop(page, [{ name: 'scan.dcm', path: scan }])
  await page.locator('#scan-facts').filter({ hasText: 'DICOM' }).waitFor()
  await settled(page)
  await page.locator('#file-model').setInputFiles({ name: 'mine.safetensors', mimeType: '', buffer: model })
  await page.getByRole('button', { name: 'Use this model' }).click()
  await page.waitForFunction(() => document.querySelector('#model').value === 'mine')
  await page.locator('summary', { hasText: 'Licences' }).click()
  await page.getByRole('heading', { name: 'OpenJPEG' }).waitFor()
  assert.deepEqual(page.requests.filter((url) => !url.startsWith(address) && !/^(data|blob):/.test(url)), [])
  assert.deepEqual(page.complaints, [])
})
