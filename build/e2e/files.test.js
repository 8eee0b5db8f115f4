// Real scans, dropped on the page and given to the module: the same numbers as the command line's.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { artefacts, bench, data, drop, settled, shows } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

const cases = [
  {
    name: 'a JPEG with its truth',
    scan: ['brain', 'test', 'images', 'test_00008_gl_ax_t1.jpg'],
    truth: ['brain', 'test', 'masks', 'test_00008_gl_ax_t1.png'],
    slice: 0,
    backends: ['cpu', 'webgpu'],
  },
  { name: 'a NIfTI volume', scan: ['formats', 'nifti', 'anatomical.nii'], slice: 12 },
  { name: 'a DICOM', scan: ['formats', 'dicom', 'MR_small.dcm'], slice: 0 },
]

/** Attacks through the module in a page of its own, and returns arrays as plain ones. */
async function throughModule(page, backend, { scan, truth, slice }) {
  await page.goto(`${b.origin}/release.json`)
  const content = (file) => file && readFileSync(file).toString('base64')
  return page.evaluate(async ({ backend, scan, truth, slice }) => {
    const { open } = await import('/segfault.js')
    const lab = await open({ backend })
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    const loaded = await lab.load(bytes(scan))
    if (truth) await lab.loadTruth(loaded, bytes(truth))
    const fault = await lab.attack(loaded, { slice })
    const plain = (array) => Array.from(array)
    return {
      backend: lab.info.backend,
      metrics: fault.metrics,
      image: plain(fault.image), gradient: plain(fault.gradient), adversarial: plain(fault.adversarial),
      before: plain(fault.before.logits), after: plain(fault.after.logits),
      masks: { before: plain(fault.before.mask), after: plain(fault.after.mask) },
    }
  }, { backend, scan: content(scan), truth: content(truth), slice })
}

/** ‖a − b‖ / ‖b‖. */
function relative(a, b) {
  assert.equal(a.length, b.length)
  let difference = 0
  let size = 0
  for (let i = 0; i < a.length; i++) {
    difference += (a[i] - b[i]) ** 2
    size += b[i] ** 2
  }
  return Math.sqrt(difference / (size || 1))
}

/**
 * The share of signs that differ, where the gradient stands out of its rounding: that is some 1e-4 of its root mean square,
 * whose tenfold is asked for.
 */
function flips(a, b) {
  const least = 1e-3 * Math.sqrt(b.reduce((sum, v) => sum + v * v, 0) / b.length)
  const clear = b.filter((v) => Math.abs(v) > least).length
  return a.filter((v, i) => Math.abs(b[i]) > least && Math.sign(v) !== Math.sign(b[i])).length / clear
}

/** The share of places where a mask differs from thresholded logits. */
function disagreement(mask, logits) {
  assert.equal(mask.length, logits.length)
  return mask.filter((v, i) => (v === 1) !== logits[i] > 0).length / mask.length
}

for (const { name, scan: scanPath, truth: truthPath, slice, backends = ['cpu'] } of cases) {
  for (const backend of backends) {
    test(`${name} gives the command line's numbers on ${backend}`, { timeout: 900_000 }, async (t) => {
      const scan = data(t, ...scanPath)
      const truth = truthPath && data(t, ...truthPath)
      if (!scan) return
      const native = await b.attack(['-scan', scan, ...(truth ? ['-truth', truth] : []), '-slice', String(slice)])
      const here = await throughModule(await b.page(), backend, { scan, truth, slice })

      assert.equal(here.backend, backend)
      assert.ok(relative(here.image, native.tensors.image) <= 1e-6, 'the input is the same')
      // Float32 sums in another order: some 1e-6 a layer.
      assert.ok(relative(here.before, native.tensors.logits_before) <= 1e-4, 'the clean logits are the same')
      // Where two pixels tie in a max-pool, the last digit decides which one gets the gradient: so signs, not sizes.
      assert.ok(flips(here.gradient, native.tensors.gradient) <= 0.001, 'the gradient has the same signs')
      assert.ok(disagreement(here.masks.before, native.tensors.logits_before) <= 0.001, 'the clean masks are the same')
      // A gradient near zero may have either sign, which moves a pixel by 2ε; few may do so.
      assert.ok(disagreement(here.masks.after, native.tensors.logits_after) <= 0.001, 'the attacked masks are the same')
      for (const kind of ['dice', 'iou']) {
        for (const when of ['before', 'after']) {
          assert.ok(Math.abs(here.metrics[kind].mean[when] - native.metrics[kind].mean[when]) <= 0.005, `${kind} ${when}`)
        }
      }
      for (const number of ['linf', 'l2', 'psnr', 'ssim']) {
        assert.ok(Math.abs(here.metrics[number] - native.metrics[number]) <= 1e-3 * Math.abs(native.metrics[number]), number)
      }
    })
  }

  test(`${name} can be dropped on the page`, { timeout: 900_000 }, async (t) => {
    const scan = data(t, ...scanPath)
    const truth = truthPath && data(t, ...truthPath)
    if (!scan) return
    const native = await b.attack(['-scan', scan, ...(truth ? ['-truth', truth] : []), '-slice', String(slice)])
    const page = await b.page({ viewport: { width: 1440, height: 900 } })
    await page.goto(b.paper)
    await settled(page)
    await drop(page, [{ name: basename(scan), path: scan }])
    await page.waitForFunction(() => !document.querySelector('#scan-facts').textContent.startsWith('Simulated'))
    if (truth) {
      await drop(page, [{ name: basename(truth), path: truth }], '.drop-zone[data-open=truth]')
      await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.includes('with truth mask'))
    }
    if (await page.locator('#slice-field').isVisible()) assert.equal(Number(await page.locator('#slice').inputValue()), slice)
    await settled(page)

    assert.equal(await page.locator('#alert').isVisible(), false)
    assert.deepEqual(page.requests.filter((url) => !url.startsWith(`${b.origin}/`)), [])
    for (const when of ['before', 'after']) {
      const shown = await page.locator(`#dice-${when}`).textContent()
      assert.ok(shows(shown, native.metrics.dice.union[when]), `Dice ${when}: ${shown}, native ${native.metrics.dice.union[when]}`)
    }
    assert.equal(await page.locator('#reference').textContent(), truth ? 'the truth' : 'the model’s own first answer')
    await page.screenshot({ path: join(artefacts, `drop-${basename(scan)}.png`), fullPage: true })
  })
}
