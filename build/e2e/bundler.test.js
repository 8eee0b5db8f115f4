// An application that Vite builds, of the site's folder copied into its source, and of the npm package.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { after, before, test } from 'node:test'
import { build } from 'vite'
import { bench } from './bench.js'

let b
const servers = []
const folder = mkdtempSync(join(tmpdir(), 'segfault-vite-'))
const warnings = []
const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** Builds an application of these two files beside what its folder holds, and says where it is served. */
async function application(name, html, script) {
  const app = join(folder, name)
  mkdirSync(join(app, 'src'), { recursive: true })
  writeFileSync(join(app, 'index.html'), html)
  writeFileSync(join(app, 'src', 'main.js'), script)
  const note = (message) => warnings.push(message)
  const customLogger = { info() {}, warn: note, warnOnce: note, error: note, clearScreen() {}, hasErrorLogged: () => false, hasWarned: false }
  await build({ root: app, configFile: false, customLogger, build: { target: 'es2022', chunkSizeWarningLimit: Infinity } })
  const out = join(app, 'dist')
  const server = createServer(({ url }, response) => {
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
  servers.push(server)
  await new Promise((resolve) => server.listen(0, 'localhost', resolve))
  return `http://localhost:${server.address().port}/`
}

before(async () => (b = await bench()))
after(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await b?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a bundled module and element find the site’s folder where it is served, and the bundler leaves it alone', async () => {
  const small = (path) => !/weights.(?!brain-unet-vgg13-w10\.).*safetensors$/.test(path) // one model is enough
  for (const place of ['src', join('public', 'notes')]) cpSync(b.site(), join(folder, 'copied', place, 'segfault'), { recursive: true, filter: small })
  const origin = await application('copied',
    '<!doctype html><title>Notes</title><script type="module" src="/src/main.js"></script><seg-fault site="notes/segfault/" sample="glioma"></seg-fault>',
    `import { open } from './segfault/segfault.js'
     import './segfault/seg-fault.js'
     globalThis.opening = open({ site: 'notes/segfault/' })`)
  assert.deepEqual(warnings, [])
  assert.deepEqual(readdirSync(join(folder, 'copied', 'dist', 'assets')).filter((name) => !name.endsWith('.js')), [], 'nothing of the site is moved')

  const page = await b.page()
  const poster = page.waitForResponse((response) => response.url().includes('/posters/glioma.svg'))
  await page.goto(origin)
  assert.equal((await poster).url().split('#')[0], `${origin}notes/segfault/posters/glioma.svg`)
  assert.equal((await poster).status(), 200)
  const figure = page.locator('seg-fault')
  await figure.evaluate((element) => element.start())
  assert.match(await figure.locator('.status').textContent(), /^A change of at most 0\.9% of the grey range, /)
  assert.match(await figure.locator('a.source').evaluate(({ href }) => href), new RegExp(`^${origin}notes/segfault/#`))
  const drop = await page.evaluate(async () => {
    const lab = await globalThis.opening
    const { metrics } = await lab.attack(await lab.sample('glioma'))
    return metrics.drop
  })
  assert.ok(drop > 0)
  assert.deepEqual(page.complaints.filter((text) => !text.includes('favicon') && !text.includes('404')), [])
})

test('the packed npm package is installed, its files copied, and module and element attack with what Vite makes of them', async () => {
  const [made, app] = [join(folder, 'npm'), join(folder, 'installed')]
  b.run('package', '-out', made)
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }')
  const npm = (cwd, ...args) => execFileSync('npm', [...args, '--silent', '--offline', '--no-audit', '--no-fund'], { cwd, encoding: 'utf8' })
  const tarball = npm(made, 'pack', '--pack-destination', folder).trim()
  npm(app, 'install', join(folder, tarball))
  execFileSync(join(app, 'node_modules', '.bin', 'seg-fault'), ['public/segfault'], { cwd: app })
  const origin = await application('installed',
    '<!doctype html><title>Notes</title><script type="module" src="/src/main.js"></script><seg-fault site="/segfault/" sample="glioma"></seg-fault>',
    `import { open } from 'seg-fault'
     import 'seg-fault/element'
     globalThis.opening = open({ site: '/segfault/' })`)
  assert.deepEqual(warnings, [])
  const page = await b.page()
  await page.goto(origin)
  const figure = page.locator('seg-fault')
  await figure.evaluate((element) => element.start())
  assert.match(await figure.locator('.status').textContent(), /^A change of at most 0\.9% of the grey range, /)
  const [drop, version] = await page.evaluate(async () => {
    const lab = await globalThis.opening
    const { metrics } = await lab.attack(await lab.sample('glioma'))
    return [metrics.drop, lab.info.version]
  })
  assert.ok(drop > 0)
  assert.equal(JSON.parse(readFileSync(join(app, 'node_modules', 'seg-fault', 'package.json'))).version, version.split('+')[0])
})
