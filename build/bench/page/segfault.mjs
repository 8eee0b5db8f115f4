// Segfault as a contender: the engine of build/bench/engine, which reads tasks from standard input.
import '/engine/wasm_exec.js'
import { simd128 } from '/engine/simd128.mjs'
import '/engine/submit.mjs'
import { installFiles } from '/files.mjs'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Gives Go a standard input and hears its standard output. */
function connect(onLine) {
  const { read, writeSync } = globalThis.fs
  let input = new Uint8Array()
  let wanted // a read that waits for input
  let output = ''
  const give = () => {
    if (!wanted || !input.length) return
    const { buffer, offset, length, callback } = wanted
    wanted = undefined
    const part = input.subarray(0, length)
    buffer.set(part, offset)
    input = input.subarray(part.length)
    callback(null, part.length)
  }
  globalThis.fs.read = (fd, buffer, offset, length, position, callback) => {
    if (fd !== 0) return read(fd, buffer, offset, length, position, callback)
    wanted = { buffer, offset, length, callback }
    give()
  }
  globalThis.fs.writeSync = (fd, bytes) => {
    if (fd !== 1) return writeSync.call(globalThis.fs, fd, bytes)
    output += decoder.decode(bytes, { stream: true })
    const lines = output.split('\n')
    output = lines.pop()
    lines.forEach(onLine)
    return bytes.length
  }
  return line => {
    input = encoder.encode(line + '\n')
    give()
  }
}

export async function open(backend, directory) {
  installFiles(directory)
  const waiting = []
  const send = connect(line => waiting.shift()(JSON.parse(line)))
  const [simd, compiled] = await Promise.all([
    fetch('/engine/simd128.wasm').then(answer => answer.arrayBuffer()).then(simd128),
    WebAssembly.compileStreaming(fetch('/engine/engine.wasm')),
  ])
  const go = new Go()
  go.argv = ['engine', '-job', directory, '-backend', backend]
  Object.assign(go.importObject, simd.imports)
  const instance = await WebAssembly.instantiate(compiled, go.importObject)
  simd.attach(instance)
  go.run(instance)
  return task => new Promise(resolve => {
    waiting.push(resolve)
    send(task)
  })
}
