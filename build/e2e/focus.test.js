// Where the keyboard's focus goes.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** A page that has attacked its sample. */
async function working() {
  const page = await b.page({ viewport: { width: 1440, height: 900 } })
  await page.goto(b.paper)
  await settled(page)
  return page
}

const focused = (page) => page.evaluate(() => document.activeElement.id)

for (const [view, content] of [['attack', 'bench'], ['compare', 'compare'], ['sweep', 'sweep'], ['folder', 'folder']]) {
  test(`the skip link leads to the content of the ${view} view, and leaves the address as it is`, async () => {
    const page = await working()
    await page.locator(`.views a[href="#view=${view}"]`).press('Enter')
    await page.waitForURL(new RegExp(`view=${view}&`))
    const where = () => page.evaluate(() => [location.href, history.length])
    const before = await where()
    await page.locator('.skip').press('Enter')
    assert.equal(await focused(page), content)
    assert.deepEqual(await where(), before)
  })
}
