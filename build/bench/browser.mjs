// Runs a contender in headless Chromium and does what standard input asks of it, a task a line; answers with JSON lines.
//
//   node build/bench/browser.mjs FOLDER MODULE BACKEND
//
// FOLDER is the job (job.go), MODULE the contender's script. "cost" is answered here: what was downloaded.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { openBrowser, serveFiles } from '../runner/browser.mjs'
import { support } from '../runner/go.mjs'

const [folder, script, backend] = process.argv.slice(2)
const module = resolve(script)
const here = fileURLToPath(new URL('.', import.meta.url))
const files = support()

const start = JSON.stringify({ module: `/contender/${basename(module)}`, backend, directory: resolve(folder) })
const harness = {
  '/': ['text/html', '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/page/main.mjs"></script>'],
  '/start.json': ['application/json', start],
  '/favicon.ico': ['image/x-icon', ''],
  '/files.mjs': ['text/javascript', readFileSync(join(here, '../runner/files.mjs'))],
}
// What our own engine consists of.
const engine = {
  '/engine/wasm_exec.js': files.exec,
  '/engine/simd128.mjs': files.simdScript,
  '/engine/simd128.wasm': files.simd,
  '/engine/submit.mjs': files.submit,
  '/engine/engine.wasm': join(folder, 'engine.wasm'),
}
const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' }
const jobFile = serveFiles([folder])
const downloaded = new Map() // the contender's own files

function answer(path, query) {
  if (harness[path] || path === '/file' || path === '/stat') {
    return harness[path] ?? jobFile(path, query)
  }
  const type = types[extname(path)] ?? 'application/octet-stream'
  const [, room, ...rest] = path.split('/')
  if (room === 'page') {
    return [type, readFileSync(join(here, 'page', ...rest))]
  }
  const file = engine[path] ?? (room === 'contender' ? join(dirname(module), ...rest) : undefined)
  if (!file) {
    return undefined
  }
  const body = readFileSync(file)
  downloaded.set(path, body)
  return [type, body]
}

/** Bytes of a file as a server would send it. Compressing takes up to a minute, so that a file with the digest for its name remembers. */
function compressed(body) {
  const memo = join(tmpdir(), `segfault-brotli-${createHash('sha256').update(body).digest('hex')}`)
  if (!existsSync(memo)) {
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
    writeFileSync(memo, String(brotliCompressSync(body, options).length))
  }
  return Number(readFileSync(memo, 'utf8'))
}

const browser = await openBrowser(answer)
const { page } = browser
async function fail(message) {
  console.log(JSON.stringify({ error: message }))
  await browser.close()
  process.exit(1)
}
page.on('pageerror', error => fail(error.message))
page.on('crash', () => fail('the page crashed'))
page.on('console', message => console.error(message.text()))
page.setDefaultTimeout(0)

await page.goto(browser.url)
await page.waitForFunction('window.perform')
const version = await page.evaluate(() => 'Chromium ' + /Chrome\/(\d+)/.exec(navigator.userAgent)[1])
for await (const task of createInterface({ input: process.stdin })) {
  const reply = task === 'cost'
    ? { bytes: [...downloaded.values()].reduce((sum, body) => sum + compressed(body), 0) }
    : await page.evaluate(task => window.perform(task), task).catch(error => ({ error: error.message }))
  if (reply.device) reply.device += `, ${version}`
  console.log(JSON.stringify(reply))
}
await browser.close()
process.exit(0)
