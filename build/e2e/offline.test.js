// The site without a network: after one visit, with a new release, and as one file.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { bench, data, drop, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** A page after a first visit, with the site kept. */
async function visited() {
  const page = await b.page({ kept: true })
  await page.goto(b.origin)
  await page.locator('#offline').filter({ hasText: 'Kept for use without a network.' }).waitFor()
  await settled(page)
  return page
}

test('after one visit the page and a local scan work without a network', async (t) => {
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
