// The report of the study, as a page of the site.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axe, bench, photograph } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

test('the published report is a page of the site with its tables and plots, and axe finds no violation', async () => {
  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(b.paper)
  await page.getByRole('link', { name: 'Study' }).press('Enter')
  await page.waitForURL(/study\.html$/)
  for (const image of await page.getByRole('img').all()) {
    await image.scrollIntoViewIfNeeded()
    await image.evaluate((image) => image.decode?.()) // those in the page are drawn already
  }
  for (const task of ['Brain', 'Heart']) await page.getByRole('heading', { name: `${task}: which loss attacks best?` }).waitFor()
  assert.ok(await page.getByRole('row').count() > 20)
  assert.match(await page.locator('figure circle title', { hasText: '[' }).first().textContent(), /: \d\.\d{3} \[/, 'a point tells its value')
  const plots = page.locator('figure')
  assert.equal(await plots.filter({ has: page.locator('circle title') }).count(), await plots.count(), 'so do those of every plot')
  assert.match(await page.getByRole('figure').filter({ hasText: 'against its parameters, seeds side by side' }).getByRole('link').getAttribute('href'), /size-is-negligible\.svg$/, 'a caption is its plot’s')
  assert.match(await page.getByRole('link', { name: 'Keep this plot' }).first().getAttribute('href'), /^study\/.*\.svg$/)
  assert.deepEqual(await axe(page), [], 'wide and light')
  await photograph(page, 'study')
  assert.deepEqual(await axe(page), [], 'narrow and dark')
  assert.deepEqual(page.complaints, [])

  await page.getByRole('link', { name: 'Sweep' }).press('Enter')
  await page.getByRole('heading', { name: 'How much change it takes' }).waitFor()
})
