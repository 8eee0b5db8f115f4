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

/** A page after a first visit, with the site kept. */
async function visited(origin = b.origin) {
  const page = await b.page({ kept: true })
  await page.goto(origin)
  await page.locator('#offline').filter({ hasText: 'Kept for use without a network.' }).waitFor()
  await settled(page)
  return page
}

test('after one visit the page, a local scan and the course work without a network', async (t) => {
  const scan = data(t, 'formats', 'nifti', 'anatomical.nii')
  if (!scan) return
  const page = await visited()
  await page.context().setOffline(true)
  await page.reload()
  await settled(page)
  await drop(page, [{ name: 'scan.nii', path: scan }])
  await page.locator('#scan-facts').filter({ hasText: 'NIfTI' }).waitFor()
  await settled(page)
  assert.match(await page.locator('#finding').textContent(), /No pixel changed by more than 0\.9% of the grey range\.$/)
  await page.goto(`${b.origin}/course.html`)
  await page.locator('seg-fault .status').filter({ hasText: 'No pixel changed' }).first().waitFor()
  assert.deepEqual(page.complaints, [])
})

test('the site can be installed', async () => {
  const page = await b.page()
  await page.goto(b.origin)
  const session = await page.context().newCDPSession(page)
  const { errors, data } = await session.send('Page.getAppManifest')
  assert.deepEqual(errors, [])
  assert.equal(JSON.parse(data).name, 'Segfault')
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), [])
})

test('a new release is offered, and only what changed in it is fetched', async (t) => {
  const later = {} // files of the new release, once it is there
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
  const page = await visited(`http://127.0.0.1:${server.address().port}`)

  const style = '/* A later release. */'
  const list = await (await fetch(`${b.origin}/service-files.js`)).text()
  const release = JSON.parse(list.slice(list.indexOf('{')))
  release.files['styles/bench.css'] = createHash('sha256').update(style).digest('hex').slice(0, 16)
  later['/styles/bench.css'] = style
  later['/service-files.js'] = `self.release = ${JSON.stringify(release)}`
  asked.length = 0
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
  await page.locator('#offline').filter({ hasText: 'A new version has come.' }).waitFor()
  const shown = () => page.evaluate(async () => (await fetch('styles/bench.css')).text())
  assert.notEqual(await shown(), style, 'until it is accepted, the release before serves')
  // The charts come first: Chromium puts off the change of worker, by minutes under a debugger, if a request wakes the old one.
  const accept = page.getByRole('button', { name: 'Use it now' })
  await accept.scrollIntoViewIfNeeded()
  await page.locator('#plots svg').first().waitFor()
  await Promise.all([page.waitForEvent('load'), accept.press('Enter')])
  assert.equal(await shown(), style)
  assert.deepEqual(asked.filter((path) => !path.startsWith('/service')), ['/styles/bench.css'])
})

test('one file attacks its sample and a local scan, and fetches nothing', async (t) => {
  const scan = data(t, 'formats', 'dicom', 'MR_small.dcm')
  if (!scan) return
  const page = await b.page()
  const address = pathToFileURL(b.single()).href
  await page.goto(address)
  await settled(page)
  assert.match(await page.locator('#finding').textContent(), /No pixel changed by more than 0\.9% of the grey range\.$/)
  await drop(page, [{ name: 'scan.dcm', path: scan }])
  await page.locator('#scan-facts').filter({ hasText: 'DICOM' }).waitFor()
  await settled(page)
  assert.deepEqual(page.requests.filter((url) => url !== address && !/^(data|blob):/.test(url)), [])
  assert.deepEqual(page.complaints, [])
})
