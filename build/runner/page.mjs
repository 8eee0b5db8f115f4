// The page in which chromium.mjs runs a Go test.
import { installFiles } from './files.mjs'
import { simd128 } from './simd128.mjs'
import './submit.mjs'

const [{ argv, env, directory }, simd, program] = await Promise.all([
  fetch('start.json').then(answer => answer.json()),
  fetch('simd128.wasm').then(answer => answer.arrayBuffer()),
  fetch('program.wasm').then(answer => answer.arrayBuffer()),
])
installFiles(directory)
const go = new Go()
go.argv = argv
go.env = env
let status = 1
go.exit = code => {
  status = code
  go._resume = () => {} // a promise may still call back, and Go would throw
}
const vectors = await simd128(simd)
Object.assign(go.importObject, vectors.imports)
const { instance } = await WebAssembly.instantiate(program, go.importObject)
vectors.attach(instance)
await go.run(instance)
window.finished(status)
