// Runs a Go js/wasm test binary in headless Chromium, which must be installed:
//
//   GOOS=js GOARCH=wasm go test -exec "node $PWD/build/runner/chromium.mjs" ./...
//
// CHROMIUM names the browser where it is not on the PATH.
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { program, quit, support } from './go.mjs'

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
const readable = [repository, join(dirname(repository), 'shared')].filter(folder => existsSync(folder)).map(folder => realpathSync(folder))

/** What a test asks of a file: its metadata or its bytes. */
function readTestFile(question, path) {
  try {
    const real = realpathSync(resolve(path))
    if (!readable.some(folder => real === folder || real.startsWith(folder + sep))) {
      return undefined
    }
    if (question === '/file') {
      return ['application/octet-stream', readFileSync(real)]
    }
    const { size, mode } = statSync(real)
    return ['application/json', JSON.stringify({ size, mode, directory: statSync(real).isDirectory() })]
  } catch {
    return undefined // as good as absent
  }
}

/** The browser's path. */
function browser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  const path = process.env.CHROMIUM ||
    (process.env.PATH ?? '').split(delimiter).flatMap(folder => names.map(name => join(folder, name))).find(existsSync)
  return path ?? quit('chromium.mjs: no Chromium on the PATH: install it (package chromium) or name it in CHROMIUM')
}

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

const { chromium } = await import('playwright-core')
  .catch(error => quit(`chromium.mjs: ${error.message}: run npm ci in build/runner`))
const server = createServer((request, response) => {
  const [name, query] = request.url.split('?')
  const [type, body] = served[name] ?? readTestFile(name, decodeURIComponent(query ?? '')) ?? []
  const status = type ? 200 : 204 // Chromium would log a 404, and a test may well ask for what is absent
  response.writeHead(status, { 'content-type': type ?? 'text/plain', 'cache-control': 'no-store' })
  response.end(body)
})
await new Promise(done => server.listen(0, '127.0.0.1', done))

const profile = mkdtempSync(join(tmpdir(), 'segfault-chromium-'))
const context = await chromium.launchPersistentContext(profile, {
  executablePath: browser(),
  headless: true,
  args: [
    '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--enable-unsafe-webgpu',
  ],
})
async function finish(code) {
  await context.close().catch(() => {})
  rmSync(profile, { recursive: true, force: true })
  process.exit(code)
}

const page = context.pages()[0] ?? await context.newPage()
page.on('console', message => console.log(message.text()))
page.on('pageerror', error => { console.error(error); finish(1) })
page.on('crash', () => { console.error('chromium.mjs: the page crashed'); finish(1) })
await page.exposeFunction('finished', code => { setTimeout(finish, 50, code) }) // after the last console messages
setTimeout(() => { console.error('chromium.mjs: the test did not finish in time'); finish(1) }, patience())
await page.goto(`http://127.0.0.1:${server.address().port}/`)
