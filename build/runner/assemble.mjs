// Assembles kernels/simd128.wat and kernels/vector128.wat into kernels/simd128.wasm.
// That holds three modules: the loops of gemm.go, plain, for every engine with
// SIMD128; in its custom section "relaxed" the same with fused multiply-add; and
// in its custom section "vector" the loops of vector.go.
//
//   npm run assemble            writes kernels/simd128.wasm
//   npm run assemble -- --check fails where that file is stale
import { readFileSync, writeFileSync } from 'node:fs'
import wabtModule from 'wabt'
import { quit } from './go.mjs'

const kernels = new URL('../../kernels/', import.meta.url)
const target = new URL('simd128.wasm', kernels)
const read = name => readFileSync(new URL(name, kernels), 'utf8')

const wabt = await wabtModule()
function assemble(name, text) {
  const module = wabt.parseWat(name, text, { relaxed_simd: true })
  module.validate({ relaxed_simd: true })
  return Buffer.from(module.toBinary({}).buffer)
}

/** An unsigned LEB128 number. */
function leb(n) {
  return n < 128 ? [n] : [n & 127 | 128, ...leb(n >>> 7)]
}

function section(name, module) {
  const payload = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), module])
  return Buffer.concat([Buffer.from([0, ...leb(payload.length)]), payload])
}

const text = read('simd128.wat')
const operand = String.raw`(\(local\.get \$\w+\))`
const fused = new RegExp(String.raw`\(f32x4\.relaxed_madd ${operand} ${operand} ${operand}\)`, 'g')
const plain = assemble('simd128.wat', text.replace(fused, '(f32x4.add (f32x4.mul $1 $2) $3)'))
const vector = assemble('vector128.wat', read('vector128.wat'))
const module = Buffer.concat([plain, section('relaxed', assemble('simd128.wat', text)), section('vector', vector)])

if (!WebAssembly.validate(plain) || !WebAssembly.validate(vector)) {
  quit('assemble.mjs: an instruction beyond SIMD128 is left in a plain module: relaxed_madd takes three local.get')
}
if (!process.argv.includes('--check')) {
  writeFileSync(target, module)
} else if (!module.equals(readFileSync(target))) {
  quit('assemble.mjs: kernels/simd128.wasm is stale: run npm run assemble in build/runner')
}
