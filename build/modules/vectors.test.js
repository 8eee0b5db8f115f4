// Browsers without vector instructions.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { simd128 } from '../../kernels/simd128.mjs'

const bytes = readFileSync(new URL('../../kernels/simd128.wasm', import.meta.url))
const memory = { exports: { mem: new WebAssembly.Memory({ initial: 1 }) } }

test('the engine is told whether there are vector instructions, and computes without where there are none', async (t) => {
  const told = async () => {
    const { imports, attach } = await simd128(bytes)
    attach(memory)
    return imports.simd128.available()
  }
  assert.equal(await told(), 1)
  t.mock.method(WebAssembly, 'validate', () => false) // as of a browser that knows none of them
  assert.equal(await told(), 0)
})
