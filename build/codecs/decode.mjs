// Decodes frames for the command line, with what the site uses: a line of JSON and so many bytes in, the same out.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Codec } from '../../site/engine/codec.js'

const wasm = createRequire(import.meta.url).resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm')
const codec = new Codec(new WebAssembly.Module(readFileSync(wasm)))

function answer(frame, data) {
  try {
    const pixels = codec.decode({ ...frame, data })
    process.stdout.write(`${JSON.stringify({ bytes: pixels.length })}\n`)
    process.stdout.write(pixels)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: error.message })}\n`)
  }
}

let waiting = Buffer.alloc(0)
for await (const chunk of process.stdin) {
  waiting = Buffer.concat([waiting, chunk])
  for (let end; (end = waiting.indexOf(10)) >= 0;) {
    const frame = JSON.parse(waiting.subarray(0, end))
    if (waiting.length < end + 1 + frame.bytes) break
    answer(frame, waiting.subarray(end + 1, end + 1 + frame.bytes))
    waiting = waiting.subarray(end + 1 + frame.bytes)
  }
}
