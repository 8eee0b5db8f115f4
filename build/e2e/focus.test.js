// Where the keyboard's focus goes when what had it is gone, and where the link past the navigation leads.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bench, drop, settled } from './bench.js'

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

/** A square of one value as a NumPy file. */
function array(side) {
  const head = `{'descr': '|u1', 'fortran_order': False, 'shape': (${side}, ${side}), }`.padEnd(117) + '\n'
  return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), Buffer.from(head), Buffer.alloc(side * side, 100)])
}

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

test('dismissing an alert leads to the content of the view', async () => {
  const page = await working()
  await drop(page, [{ name: 'a.png', bytes: Buffer.alloc(0) }])
  await page.locator('#alert').waitFor({ state: 'visible' })
  await page.locator('#alert-close').press('Enter')
  assert.equal(await focused(page), 'bench')
})

test('ending what runs leads to the content of the view, and going back to that of the view before', async () => {
  const page = await working()
  await page.locator('.views a[href="#view=sweep"]').press('Enter')
  const start = page.getByRole('button', { name: 'Sweep', exact: true })
  await start.click()
  const cancel = page.locator('#cancel')
  await cancel.waitFor()
  await cancel.press('Enter')
  await cancel.waitFor({ state: 'hidden' })
  assert.equal(await focused(page), 'sweep')
  await start.focus()
  await page.evaluate(() => history.back())
  await start.waitFor({ state: 'hidden' })
  assert.equal(await focused(page), 'bench')
})

test('saying that the model knows a scan leads on to the scan', async () => {
  const page = await working()
  await drop(page, [{ name: 'a.npy', bytes: array(64) }])
  await page.getByRole('button', { name: 'It is such a scan' }).press('Enter')
  assert.equal(await focused(page), 'bench')
})

test('forgetting what is kept leads on to the buttons below it', async () => {
  const page = await working()
  await drop(page, [{ name: 'a.npy', bytes: array(64) }])
  await page.locator('#kept').getByRole('button', { name: 'Forget it' }).press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement.dataset.open), 'truth')
})

test('the focus stays on a scan’s name when its folder’s table gets another row', async () => {
  const page = await working()
  await page.locator('.views a[href="#view=folder"]').press('Enter')
  await page.locator('#folder input[type=file]').waitFor({ state: 'attached' })
  await drop(page, ['a.npy', 'b.npy'].map((name) => ({ name, bytes: array(64) })))
  const start = page.getByRole('button', { name: 'Attack 2 scans' })
  await start.waitFor()
  await page.evaluate(() => {
    document.querySelector('#folder .primary').click()
    ;[...document.querySelectorAll('#folder-table tbody button')].at(-1).focus()
  })
  await page.locator('#folder .finding').filter({ hasText: '2 of 2 scans are attacked.' }).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.matches('button') && document.activeElement.textContent), 'b.npy')
})

for (const view of ['compare', 'sweep']) {
  test(`the choices of the ${view} view are not folded under the focus when a run ends`, async () => {
    const page = await working()
    await page.locator(`.views a[href="#view=${view}"]`).press('Enter')
    const choices = page.locator(`#${view}-choices`)
    await choices.locator('[name=model]').first().waitFor()
    await choices.evaluate((details) => {
      for (const name of ['model', 'loss']) for (const box of [...details.querySelectorAll(`[name=${name}]:checked`)].slice(1)) box.click() // one attack, or one curve
      details.closest('form').querySelector('.primary').click()
      details.querySelector('[name=model]:checked').focus()
    })
    await page.locator(`#${view}-finding`).filter({ hasText: /./ }).waitFor()
    assert.equal(await choices.evaluate((details) => details.open && details.contains(document.activeElement)), true)
  })
}
