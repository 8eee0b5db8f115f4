// Runs a Go js/wasm test binary in Node, with WebGPU from Dawn (npm: webgpu):
//
//   GOOS=js GOARCH=wasm go test -exec "node $PWD/build/runner/dawn.mjs" ./...
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { program, support } from './go.mjs'
import { openGPU } from './vulkan.mjs'

setFlagsFromString('--experimental-wasm-relaxed-simd') // Node 20 has it, but not by default

const require = createRequire(import.meta.url)
const { wasm, argv } = program('dawn.mjs')
const files = support()

globalThis.require = require
globalThis.fs = require('node:fs')
globalThis.path = require('node:path')
require(files.exec)
const { simd128 } = await import(files.simdScript)
await import(files.submit)

// Dawn asks again and again whether the driver is done: not so often that it takes a core of it, where that is the processor.
globalThis.setImmediate = (ask) => setTimeout(ask, 1)
const gpu = await openGPU()
Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true })

const go = new globalThis.Go()
go.argv = argv
go.env = { TMPDIR: tmpdir(), ...process.env }
go.exit = code => {
  delete globalThis.navigator // Dawn's instance would keep Node alive
  process.exit(code)
}
const vectors = await simd128(readFileSync(files.simd))
Object.assign(go.importObject, vectors.imports)
const { instance } = await WebAssembly.instantiate(wasm, go.importObject)
vectors.attach(instance)
process.on('exit', code => {
  if (code === 0 && !go.exited) {
    go._pendingEvent = { id: 0 } // a deadlock: let Go print the stacks
    go._resume()
  }
})
await go.run(instance)
