// What a screen reader is told, and where the keyboard is left.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, drop, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

test('the steps of an attack are not announced one by one', async () => {
  const page = await b.page()
  await page.addInitScript(() => {
    globalThis.said = {}
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest('[aria-live], output, [role=status], [role=alert]')
        if (region && region.getAttribute('aria-live') !== 'off') said[region.id] = (said[region.id] ?? 0) + 1
      }
    }).observe(document, { childList: true, characterData: true, subtree: true })
  })
  await page.goto(`${b.origin}/#steps=12`)
  await settled(page)
  assert.match(await page.locator('.live figcaption').first().textContent(), /after 12 of 12 steps/)
  const often = Object.entries(await page.evaluate(() => said)).filter(([, times]) => times > 6)
  assert.deepEqual(often, [])
})

test('the slice’s slider is read with the number that stands beside it', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const head = "{'descr': '|u1', 'fortran_order': False, 'shape': (5, 64, 64), }".padEnd(117) + '\n'
  await drop(page, [{ name: 'a.npy', bytes: Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), Buffer.from(head), Buffer.alloc(5 * 64 * 64, 100)]) }])
  await page.locator('#slice-value').filter({ hasText: '3 / 5' }).waitFor()
  await page.locator('#slice').press('ArrowRight')
  assert.equal(await page.locator('#slice-value').textContent(), '4 / 5')
  assert.equal(await page.locator('#slice').getAttribute('aria-valuetext'), '4 of 5')
})

test('the focus goes back to Paint a mask when Done has put the brush away', async () => {
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  await page.locator('#paint').press('Enter')
  await page.locator('#brush').getByRole('button', { name: 'Done' }).press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'paint')
})
