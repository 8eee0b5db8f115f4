// Runs a Go js/wasm test binary in Deno (npm: deno), whose WebGPU is wgpu with the naga compiler, as Firefox's is:
//
//   GOOS=js GOARCH=wasm go test -exec "$PWD/build/runner/node_modules/.bin/deno run -A --unstable-webgpu --no-config --no-lock --node-modules-dir=none $PWD/build/runner/deno.mjs" ./webgpu
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import process from 'node:process'
import { program, support } from './go.mjs'
import { installed, swiftshader } from './vulkan.mjs'

const { wasm, argv } = program('deno.mjs')
const files = support()
if (process.platform === 'linux' && !process.env.VK_DRIVER_FILES && !installed() && swiftshader()) {
  process.env.VK_DRIVER_FILES = swiftshader()
}

globalThis.process = process
globalThis.require = createRequire(import.meta.url)
globalThis.fs = require('node:fs')
globalThis.path = require('node:path')
;(0, eval)(readFileSync(files.exec, 'utf8')) // it is no module, and sets globalThis.Go
const { simd128 } = await import(files.simdScript)
await import(files.submit)

const go = new globalThis.Go()
go.argv = argv
go.env = { TMPDIR: tmpdir(), ...process.env }
go.exit = code => process.exit(code)
const vectors = await simd128(readFileSync(files.simd))
Object.assign(go.importObject, vectors.imports)
const { instance } = await WebAssembly.instantiate(wasm, go.importObject)
vectors.attach(instance)
await go.run(instance)
