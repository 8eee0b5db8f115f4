// What both runners share: Go's own JavaScript support and what our packages add to it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = name => fileURLToPath(new URL(`../../${name}/`, import.meta.url))

/** The paths of the files that a Go program needs beside its own wasm. */
export function support() {
  const root = process.env.GOROOT || execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
  return {
    exec: join(root, 'lib', 'wasm', 'wasm_exec.js'),
    simdScript: join(folder('kernels'), 'simd128.mjs'),
    simd: join(folder('kernels'), 'simd128.wasm'),
    submit: join(folder('webgpu'), 'submit.mjs'),
  }
}

/** The test binary and its arguments, as `go test -exec` gives them. */
export function program(name) {
  const [wasm, ...args] = process.argv.slice(2)
  if (!wasm) {
    quit(`usage: GOOS=js GOARCH=wasm go test -exec "node $PWD/build/runner/${name}" ./...`)
  }
  return { wasm: readFileSync(wasm), argv: [wasm, ...args] }
}

/** One sentence on stderr, exit status 1. */
export function quit(message) {
  console.error(message)
  process.exit(1)
}
