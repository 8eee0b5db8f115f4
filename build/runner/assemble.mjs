// Assembles kernels/simd128.wat. The result holds two modules: the plain one,
// which every engine with SIMD128 accepts, and in its custom section "relaxed"
// the one with fused multiply-add.
//
//   npm run assemble            writes kernels/simd128.wasm
//   npm run assemble -- --check fails where that file is stale
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import wabtModule from 'wabt'
import { quit } from './go.mjs'

const source = fileURLToPath(new URL('../../kernels/simd128.wat', import.meta.url))
const target = source.replace(/\.wat$/, '.wasm')
const name = 'relaxed'

const wabt = await wabtModule()
function assemble(text) {
  const module = wabt.parseWat('simd128.wat', text, { relaxed_simd: true })
  module.validate({ relaxed_simd: true })
  return Buffer.from(module.toBinary({}).buffer)
}

/** An unsigned LEB128 number. */
function leb(n) {
  return n < 128 ? [n] : [n & 127 | 128, ...leb(n >>> 7)]
}

const text = readFileSync(source, 'utf8')
const operand = String.raw`(\(local\.get \$\w+\))`
const fused = new RegExp(String.raw`\(f32x4\.relaxed_madd ${operand} ${operand} ${operand}\)`, 'g')
const plain = assemble(text.replace(fused, '(f32x4.add (f32x4.mul $1 $2) $3)'))
const payload = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), assemble(text)])
const module = Buffer.concat([plain, Buffer.from([0, ...leb(payload.length)]), payload])

if (!WebAssembly.validate(plain)) {
  quit('assemble.mjs: an instruction beyond SIMD128 is left in the plain module: relaxed_madd takes three local.get')
}
if (!process.argv.includes('--check')) {
  writeFileSync(target, module)
} else if (!module.equals(readFileSync(target))) {
  quit('assemble.mjs: kernels/simd128.wasm is stale: run npm run assemble in build/runner')
}
