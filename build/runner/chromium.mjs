// Runs a Go js/wasm test binary in headless Chromium, which must be installed:
//
//   GOOS=js GOARCH=wasm go test -exec "node $PWD/build/runner/chromium.mjs" ./...
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBrowser, serveFiles } from './browser.mjs'
import { program, support } from './go.mjs'

const { wasm, argv } = program('chromium.mjs')
const files = support()
const html = `<!doctype html><meta charset="utf-8"><title>go test</title>
<script src="/wasm_exec.js"></script><script type="module" src="/page.mjs"></script>`

const served = {
  '/': ['text/html', html],
  '/wasm_exec.js': ['text/javascript', readFileSync(files.exec)],
  '/page.mjs': ['text/javascript', readFileSync(new URL('page.mjs', import.meta.url))],
  '/files.mjs': ['text/javascript', readFileSync(new URL('files.mjs', import.meta.url))],
  '/simd128.mjs': ['text/javascript', readFileSync(files.simdScript)],
  '/simd128.wasm': ['application/wasm', readFileSync(files.simd)],
  '/submit.mjs': ['text/javascript', readFileSync(files.submit)],
  '/program.wasm': ['application/wasm', wasm],
  '/favicon.ico': ['image/x-icon', ''],
  // Go would write to files of these names; a page cannot.
  '/start.json': ['application/json', JSON.stringify({
    argv: argv.filter(arg => !/^-test\.(testlogfile|outputdir|gocoverdir)=/.test(arg)),
    env: { CI: process.env.CI ?? '' },
    directory: process.cwd(),
  })],
}

// Tests may read below these folders: their own repository and the reference
// data beside it.
const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')
const testFile = serveFiles([repository, join(dirname(repository), 'shared')])

/** What go test allows, in milliseconds, and a little more: Go itself should be first to complain. */
function patience() {
  const flag = argv.find(arg => arg.startsWith('-test.timeout='))
  const units = { h: 3600e3, m: 60e3, s: 1e3, ms: 1 }
  let sum = 0
  for (const [, n, unit] of (flag ?? '10m').matchAll(/([\d.]+)(h|ms|m|s)/g)) {
    sum += n * units[unit]
  }
  return (sum || 600e3) + 15e3
}

const browser = await openBrowser((path, query) => served[path] ?? testFile(path, query))
const { page } = browser
async function finish(code) {
  await browser.close()
  process.exit(code)
}

page.on('console', message => console.log(message.text()))
page.on('pageerror', error => { console.error(error); finish(1) })
page.on('crash', () => { console.error('chromium.mjs: the page crashed'); finish(1) })
await page.exposeFunction('finished', code => { setTimeout(finish, 50, code) }) // after the last console messages
setTimeout(() => { console.error('chromium.mjs: the test did not finish in time'); finish(1) }, patience())
await page.goto(browser.url)
