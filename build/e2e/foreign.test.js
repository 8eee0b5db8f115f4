// Networks of other trainers: the whole engine takes the place of the first one, the form is filled from the file, and CPU and GPU agree.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { bench, data, drop, settled } from './bench.js'

let b
before(async () => (b = await bench()))
after(() => b?.close())

/** An ONNX file one of whose nodes' values is an output, too. */
function withOutput(file, name) {
  const part = (tag, content) => {
    const size = []
    let n = content.length
    for (; n > 127; n = Math.floor(n / 128)) size.push((n % 128) | 128)
    return Buffer.concat([Buffer.from([tag, ...size, n]), content])
  }
  const parts = []
  for (let at = 0; at < file.length;) {
    const from = at
    const tag = file[at++]
    let size = 0
    for (let shift = 1; ; shift *= 128) {
      size += (file[at] & 127) * shift
      if (file[at++] < 128) break
    }
    if (tag % 8) at += size // else a number
    const graph = tag === (7 << 3 | 2)
    parts.push(graph ? part(tag, Buffer.concat([file.subarray(at - size, at), part(12 << 3 | 2, part(1 << 3 | 2, Buffer.from(name)))])) : file.subarray(from, at))
  }
  return Buffer.concat(parts)
}

test('a checkpoint of nnU-Net and an ONNX network are dropped, told from their files and attacked', { timeout: 900_000 }, async (t) => {
  const files = ['nnunet-plain.pth', 'classic-transposed.onnx'].map((name) => data(t, '..', 'oracle-onnx', name))
  if (!files.every(Boolean)) return
  const page = await b.page()
  await page.goto(b.paper)
  await settled(page)
  const plans = { configurations: { '2d': { normalization_schemes: ['ZScoreNormalization'] } } }
  await drop(page, [{ name: 'nnunet-plain.pth', path: files[0] }, { name: 'plans.json', bytes: Buffer.from(JSON.stringify(plans)) }])
  const dialog = page.getByRole('dialog', { name: 'Your own model' })
  await dialog.waitFor()
  assert.match(await page.locator('#checkpoint-facts').textContent(), /^nnunet-plain, .* 1 input channel\.$/)
  assert.match(await page.locator('#checkpoint-notes').textContent(), /Its input is MRI\./)
  assert.equal(await page.locator('#checkpoint-form [name=range]').inputValue(), 'standardise', 'as the plans beside it tell')
  const names = page.locator('#checkpoint-classes input')
  assert.equal(await page.getByLabel('Its classes').inputValue(), 'softmax', 'as its file tells')
  assert.deepEqual(await names.evaluateAll((all) => all.map(({ value, disabled }) => [value, disabled])), [['background', true], ['a', false], ['b', false]])
  await page.getByLabel('Side of its input, in pixels').fill('64')
  await page.getByRole('button', { name: 'Use this model' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.waitForFunction(() => /^ab/.test(document.querySelector('#overlap tbody').textContent.replaceAll(/[^a-z]/gu, '')))
  await page.locator('#looks summary').press('Enter')
  await page.locator('#looks [role=status]').filter({ hasText: /^Where this network looks cannot be shown: / }).waitFor()
  assert.deepEqual([await page.locator('#looks canvas').first().isVisible(), await page.locator('#alert').isVisible()], [false, false], 'it is said where it would be')
  await drop(page, [{ name: 'two.onnx', bytes: withOutput(readFileSync(files[1]), '/u.2/u.2.3/Conv_output_0') }])
  await dialog.waitFor()
  const output = page.locator('#checkpoint-form [name=output]')
  assert.equal(await output.inputValue(), 'logits', 'the likeliest')
  assert.equal(await names.count(), 1)
  assert.equal(await page.getByLabel('Its outputs are').isVisible(), true, 'nothing shows that they are logits')
  await output.selectOption('/u.2/u.2.3/Conv_output_0')
  await page.waitForFunction(() => document.querySelectorAll('#checkpoint-classes input').length > 1)
  assert.equal(await output.inputValue(), '/u.2/u.2.3/Conv_output_0')
  await page.locator('#checkpoint-cancel').click()
  await dialog.waitFor({ state: 'hidden' })
  assert.deepEqual(page.complaints, [])

  const found = await page.evaluate(async (bytes) => {
    const { open } = await import('./segfault.js')
    const lab = await open({ backend: 'cpu' })
    const model = await lab.loadModel(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'net.onnx'), { size: 64 })
    const masks = {}
    for (const backend of ['cpu', 'webgpu']) {
      await lab.use(backend)
      const scan = await lab.sample('glioma')
      const { before, after } = await lab.attack(scan, { model: model.name, epsilon: 0.03, label: 'prediction', on: 'input' })
      masks[backend] = { backend: lab.info.backend, before: [...before.mask], after: [...after.mask] }
    }
    lab.close()
    return masks
  }, readFileSync(files[1]).toString('base64'))
  assert.deepEqual([found.cpu.backend, found.webgpu.backend], ['cpu', 'webgpu'])
  for (const when of ['before', 'after']) {
    const off = found.cpu[when].filter((label, i) => label !== found.webgpu[when][i]).length
    assert.ok(off <= found.cpu[when].length / 500, `${when}: ${off} of ${found.cpu[when].length} pixels`)
  }
})
