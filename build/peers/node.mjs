// Runs a peer in Node, with WebGPU from Dawn, where there is no browser: tasks on standard input, a line of JSON each.
//
//   node build/peers/node.mjs SCRIPT BACKEND FOLDER
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { runInThisContext } from 'node:vm'
import { openGPU } from '../runner/vulkan.mjs'

const [script, backend, folder] = process.argv.slice(2)
const packages = join(dirname(script), 'node_modules')
const gpu = await openGPU()
Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node', language: 'en', hardwareConcurrency: 1 }, configurable: true })
const fetched = globalThis.fetch
await fetched('data:,') // Node loads what it needs for it, while it is told who it is
globalThis.fetch = (url, ...rest) =>
  String(url).startsWith('/file?') ? Promise.resolve(new Response(readFileSync(decodeURIComponent(String(url).slice(6))))) : fetched(url, ...rest)

let code = readFileSync(script, 'utf8')
if (basename(script) === 'tfjs.mjs') { // which takes Node for another machine than a browser, and a module for none
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: undefined } })
  Object.assign(globalThis, {
    window: globalThis, self: globalThis, addEventListener() {}, removeEventListener() {},
    document: { createElement: () => ({ getContext: () => null }), location: { href: 'http://localhost/' } },
    location: { href: 'http://localhost/', origin: 'http://localhost' },
  })
  globalThis.script = (file) => runInThisContext(readFileSync(join(packages, file), 'utf8'), { filename: file })
  globalThis.script('@tensorflow/tfjs/dist/tf.min.js')
  code = code.replace(/^import '[^']*tf\.min\.js'$/m, '').replace(/await import\(`\$\{packages\}([^`]*)`\)/, 'script(`@tensorflow/$1`)')
}
code = code.replaceAll('/contender/node_modules', pathToFileURL(packages).href)
const here = join(dirname(script), `.${process.pid}-${basename(script)}`) // beside what it imports
writeFileSync(here, code)
const opened = import(pathToFileURL(here).href).finally(() => rmSync(here)).then(({ open }) => open(backend, folder))
opened.catch(() => {}) // told with the first task
for await (const task of createInterface({ input: process.stdin })) {
  const reply = await opened.then((perform) => perform(task)).catch((error) => ({ error: String(error?.message ?? error) }))
  if (task === 'cost') delete reply.error // nothing is downloaded
  console.log(JSON.stringify(reply))
}
process.exit(0)
