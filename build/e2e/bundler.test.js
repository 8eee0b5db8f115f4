// The site's folder copied into the source of an application that Vite builds.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { after, before, test } from 'node:test'
import { build } from 'vite'
import { bench } from './bench.js'

let b
let server
const folder = mkdtempSync(join(tmpdir(), 'segfault-vite-'))
const warnings = []
const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** Builds an application of these two files, with the site in its source and among what it serves as it is, and says where it is served. */
async function application(html, script) {
  const site = b.site()
  mkdirSync(join(folder, 'app', 'src'), { recursive: true })
  cpSync(site, join(folder, 'app', 'src', 'segfault'), { recursive: true })
  cpSync(site, join(folder, 'app', 'public', 'notes', 'segfault'), { recursive: true })
  writeFileSync(join(folder, 'app', 'index.html'), html)
  writeFileSync(join(folder, 'app', 'src', 'main.js'), script)
  const note = (message) => warnings.push(message)
  const customLogger = { info() {}, warn: note, warnOnce: note, error: note, clearScreen() {}, hasErrorLogged: () => false, hasWarned: false }
  await build({ root: join(folder, 'app'), configFile: false, customLogger, build: { target: 'es2022', chunkSizeWarningLimit: Infinity } })
  const out = join(folder, 'app', 'dist')
  server = createServer(({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname)).replace(/\/$/, '/index.html')
    try {
      const bytes = readFileSync(join(out, path))
      response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' })
      response.end(bytes)
    } catch {
      response.writeHead(404)
      response.end()
    }
  })
  await new Promise((resolve) => server.listen(0, 'localhost', resolve))
  return `http://localhost:${server.address().port}/`
}

before(async () => (b = await bench()))
after(async () => {
  server?.closeAllConnections()
  server?.close()
  await b?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a bundled module and element find the site’s folder where it is served, and the bundler leaves it alone', async () => {
  const origin = await application(
    '<!doctype html><title>Notes</title><script type="module" src="/src/main.js"></script><seg-fault site="notes/segfault/" sample="glioma"></seg-fault>',
    `import { open } from './segfault/segfault.js'
     import './segfault/seg-fault.js'
     globalThis.opening = open({ site: 'notes/segfault/' })`)
  assert.deepEqual(warnings, [])
  assert.deepEqual(readdirSync(join(folder, 'app', 'dist', 'assets')).filter((name) => !name.endsWith('.js')), [], 'nothing of the site is moved')

  const page = await b.page()
  const poster = page.waitForResponse((response) => response.url().includes('/posters/glioma.svg'))
  await page.goto(origin)
  assert.equal((await poster).url().split('#')[0], `${origin}notes/segfault/posters/glioma.svg`)
  assert.equal((await poster).status(), 200)
  const figure = page.locator('seg-fault')
  await figure.evaluate((element) => element.start())
  assert.match(await figure.locator('.status').textContent(), /No pixel changed by more than 0\.9% of the grey range\.$/)
  assert.match(await figure.locator('a.source').evaluate(({ href }) => href), new RegExp(`^${origin}notes/segfault/#`))
  const drop = await page.evaluate(async () => {
    const lab = await globalThis.opening
    const { metrics } = await lab.attack(await lab.sample('glioma'))
    return metrics.drop
  })
  assert.ok(drop > 0)
  assert.deepEqual(page.complaints.filter((text) => !text.includes('favicon') && !text.includes('404')), [])
})
