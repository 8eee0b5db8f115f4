// "Pictures as PNG" saves what is seen.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { artefacts, bench, difference, settled } from './bench.js'

const [side, gap, line] = [448, 16, 22] // of the paper

let b
let page
before(async () => {
  b = await bench()
  page = await b.page({ viewport: { width: 1280, height: 900 }, acceptDownloads: true })
  await page.addInitScript(() => {
    globalThis.written = []
    const { fillText } = CanvasRenderingContext2D.prototype
    CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
      globalThis.written.push(text)
      fillText.call(this, text, ...where)
    }
  })
  await page.goto(b.paper)
  await settled(page)
  await page.locator('#export details').evaluate((more) => (more.open = true))
})
after(() => b?.close())

/** What a button offers, by default the PNG of all pictures. */
async function saved(name = 'Pictures as PNG') {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).press('Enter')])
  return readFileSync(await file.path())
}

/** A well cut out of the paper. */
const well = (k) => ({ side, x: gap + (k % 3) * (side + gap), y: gap + Math.floor(k / 3) * (2 * line + side + gap) + line })
function cut(paper, part) {
  return page.evaluate(async ({ text, x, y, side }) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]))
    const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side })
    canvas.getContext('2d').drawImage(image, -x, -y)
    return canvas.toDataURL('image/png').split(',')[1]
  }, { text: paper.toString('base64'), ...part }).then((text) => Buffer.from(text, 'base64'))
}

async function same(what) {
  const paper = await saved()
  writeFileSync(join(artefacts, `panel-${what}.png`), paper)
  for (const [k, view] of ['scan', 'adversarial', 'perturbation', 'before', 'after', 'errors'].entries()) {
    if (view === 'perturbation') continue // noise, of which every way of enlarging makes something else
    const glass = page.locator(`.well[data-view=${view}] .glass`)
    await glass.scrollIntoViewIfNeeded()
    const { mean, plain } = await difference(page, await cut(paper, well(k)), await glass.screenshot())
    assert.ok(mean < (view === 'errors' ? 7 : 4) && plain < 0.03, `${view}, ${what}: ${mean.toFixed(2)} of 255 in the mean, ${(100 * plain).toFixed(2)} % of the pixels plainly`)
  }
}

test('wells are saved as they are seen', () => same('plain'))

test('wells are saved as they are seen with other lines, fill, window and closeness', async () => {
  await page.locator('.looks summary').click()
  await page.locator('#fill').fill('80')
  await page.locator('#level').fill('40')
  await page.locator('#zoom-in').click()
  await page.locator('#overlays input[name=truth]').uncheck()
  await page.locator('#brush').waitFor({ state: 'hidden' })
  await same('adjusted')
  await page.locator('#look-reset').click()
  await page.locator('#overlays input[name=truth]').check()
})

test('the paper has a legend of what is shown, the model’s name and the settings', async () => {
  await page.locator('#overlays input[name=before]').uncheck()
  await page.evaluate(() => (globalThis.written = []))
  await saved()
  const written = await page.evaluate(() => globalThis.written)
  await page.locator('#overlays input[name=before]').check()
  for (const text of ['Truth', 'Model, after', 'found', 'lost', 'made up']) assert.ok(written.includes(text), text)
  assert.equal(written.includes('Model, before'), false)
  assert.ok(written.includes('U-Net/VGG-13, a tenth of the width; FGSM, ε 0.009, Dice + focal, change added, against the truth; the model’s input, each channel’s own sign.'), written.join('\n'))
  assert.ok(written.some((text) => text.startsWith('Scan: overlap with the truth 0.')))
})

test('a slide of 1920 × 1080 has the sentence, both pictures as they are seen, and with what they were made', async () => {
  const slide = await saved('Save slide')
  writeFileSync(join(artefacts, 'slide.png'), slide)
  assert.deepEqual([slide.readUInt32BE(16), slide.readUInt32BE(20)], [1920, 1080])
  for (const [k, view] of ['scan', 'adversarial'].entries()) {
    const glass = page.locator(`.well[data-view=${view}] .glass`)
    await glass.scrollIntoViewIfNeeded()
    const { mean, plain } = await difference(page, await cut(slide, { side: 760, x: 180 + k * 800, y: 210 }), await glass.screenshot())
    assert.ok(mean < 4 && plain < 0.03, `${view}: ${mean.toFixed(2)} of 255 in the mean, ${(100 * plain).toFixed(2)} % of the pixels plainly`)
  }
  const svg = (await saved('Slide as SVG')).toString()
  const finding = await page.locator('#finding').textContent()
  const words = [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text).join(' ')
  for (const text of [finding, 'U-Net/VGG-13, a tenth of the width; FGSM, ε 0.009', 'Truth', 'Model, after', 'not a medical device']) assert.ok(words.replaceAll('\u2011', '-').includes(text.replaceAll('\u2011', '-')), `${text} in ${words}`)
})

test('a link and an embed are copied, or shown where the browser lets nothing be copied', async () => {
  await page.getByRole('button', { name: 'Copy link' }).press('Enter')
  await page.locator('.copied').filter({ hasText: page.url() }).waitFor()
  await page.getByRole('button', { name: 'Copy embed' }).press('Enter')
  await page.locator('.copied').filter({ hasText: /<seg-fault sample="glioma" .*epsilon="0.009"/ }).waitFor()
})

test('a link and an embed of a sample with a painted mask say that they lead to another attack', async () => {
  await page.locator('#paint').press('Enter')
  await page.locator('#brush').waitFor() // its script comes when it is first wanted
  await page.locator('#pair').press(' ')
  await page.waitForFunction(() => document.querySelector('#brush [role=status]').textContent.includes('has'))
  await page.waitForFunction(() => document.querySelector('#engine').dataset.state === 'ready' && document.querySelector('.copied').hidden)
  for (const name of ['Copy link', 'Copy embed']) {
    await page.getByRole('button', { name }).press('Enter')
    await page.locator('.copied').filter({ hasText: ' It leads to another attack than this, without your masks, as nothing of yours leaves this computer.' }).waitFor({ timeout: 10_000 })
  }
  await page.locator('#brush').getByRole('button', { name: 'Undo' }).press('Enter')
  await page.locator('#brush [role=status]').filter({ hasText: 'is gone' }).waitFor()
  await page.locator('#brush').getByRole('button', { name: 'Done' }).press('Enter')
  await settled(page)
})

test('a slide says with what it was made in the words of the settings, and of a method’s own parts none', async () => {
  for (const [purpose, how] of [['segmentation', 'SEA in 20 steps, ε 0.009, against the truth;'], ['target', 'APGD in 40 steps, ε 0.009, Dice + focal, to find another class;']]) {
    await page.locator('#purpose').selectOption(purpose)
    if (purpose === 'target') await page.locator('#sought').selectOption('swap')
    await settled(page)
    const words = [...(await saved('Slide as SVG')).toString().matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text).join(' ')
    assert.ok(words.includes(`; ${how}`), words)
  }
})
