// Networks of other trainers: the whole engine takes the place of the first one, the form is filled from the file, and CPU and GPU agree.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { bench, data, dropFromDisk, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

test('a checkpoint of nnU-Net and an ONNX network are dropped, told from their files and attacked', { timeout: 900_000 }, async (t) => {
  const files = ['nnunet-plain.pth', 'classic-transposed.onnx'].map((name) => data(t, '..', 'oracle-onnx', name))
  if (!files.every(Boolean)) return
  const page = await b.page()
  await page.goto(b.origin)
  await settled(page)
  await dropFromDisk(page, files[0])
  const dialog = page.getByRole('dialog', { name: 'Your own model' })
  await dialog.waitFor()
  assert.match(await page.locator('#checkpoint-facts').textContent(), /^nnunet-plain, .* 1 input channel\.$/)
  assert.match(await page.locator('#checkpoint-notes').textContent(), /Its input is MRI\./)
  const names = page.locator('#checkpoint-classes input')
  assert.equal(await page.getByLabel('Its classes').inputValue(), 'softmax', 'as its file tells')
  assert.deepEqual(await names.evaluateAll((all) => all.map(({ value, disabled }) => [value, disabled])), [['background', true], ['a', false], ['b', false]])
  await page.getByLabel('Side of its input, in pixels').fill('64')
  await page.getByRole('button', { name: 'Use this model' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.waitForFunction(() => /^ab/.test(document.querySelector('#overlap tbody').textContent.replaceAll(/[^a-z]/gu, '')))
  assert.deepEqual(page.complaints, [])

  const found = await page.evaluate(async ([name, bytes]) => {
    const { open } = await import('./segfault.js')
    const lab = await open({ backend: 'cpu' })
    const model = await lab.loadModel(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name), { size: 64 })
    const masks = {}
    for (const backend of ['cpu', 'webgpu']) {
      await lab.use(backend)
      const scan = await lab.sample('glioma')
      const { before, after } = await lab.attack(scan, { model: model.name, epsilon: 0.03, label: 'prediction', on: 'input' })
      masks[backend] = { backend: lab.info.backend, before: [...before.mask], after: [...after.mask] }
    }
    lab.close()
    return masks
  }, ['net.onnx', readFileSync(files[1]).toString('base64')])
  assert.deepEqual([found.cpu.backend, found.webgpu.backend], ['cpu', 'webgpu'])
  for (const when of ['before', 'after']) {
    const off = found.cpu[when].filter((label, i) => label !== found.webgpu[when][i]).length
    assert.ok(off <= found.cpu[when].length / 500, `${when}: ${off} of ${found.cpu[when].length} pixels`)
  }
})
