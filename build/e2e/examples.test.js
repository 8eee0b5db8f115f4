// The examples of embedding, each built by its own tool where that can be had, on a server of another origin.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, extname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { Marp } from '@marp-team/marp-core'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import { mystParse } from 'myst-parser'
import { build } from 'vite'
import { artefacts, axe, bench, root } from './bench.js'

const modules = join(root, 'build', 'e2e', 'node_modules')
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

let b
let folder // what the other origin serves
let server
let elsewhere

before(async () => {
  b = await bench()
  folder = mkdtempSync(join(tmpdir(), 'segfault-examples-'))
  cpSync(join(root, 'site', 'examples'), folder, { recursive: true })
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name)
    if (statSync(path).isFile()) writeFileSync(path, readFileSync(path, 'utf8').replaceAll('https://segfault.example', b.origin).replaceAll('../../seg-fault.js', `${b.origin}/seg-fault.js`))
  }
  symlinkSync(modules, join(folder, 'node_modules'))
  server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, 'http://elsewhere')
    const path = pathname.includes('/node_modules/') ? join(modules, pathname.split('/node_modules/')[1]) : join(folder, pathname)
    if (!existsSync(path) || !statSync(path).isFile()) return response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end()
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(readFileSync(path))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  elsewhere = `http://127.0.0.1:${server.address().port}`
})
after(async () => {
  server?.close()
  if (folder) rmSync(folder, { recursive: true, force: true })
  await b?.close()
})

/** Whether a tool is there; without it the test is skipped, or fails where CI is set. */
function has(t, tool) {
  if (process.env.PATH.split(delimiter).some((place) => existsSync(join(place, tool)))) return true
  if (process.env.CI) throw new Error(`${tool} is missing: apt-get install mkdocs-material pandoc`)
  t.skip(`${tool} is not on the PATH`)
  return false
}

/** Opens an address and waits until its figures have said what their attacks did. */
async function attacked(name, address, figures = 1) {
  const page = await b.page({ viewport: { width: 1000, height: 900 } })
  await page.goto(address)
  await page.waitForFunction((figures) => document.querySelectorAll('seg-fault').length === figures, figures)
  for (const figure of await page.locator('seg-fault').all()) {
    if (!(await figure.isVisible())) continue
    await figure.scrollIntoViewIfNeeded()
    await figure.locator('.status:not(.failed)').filter({ hasText: /A change of at most|Dice (falls|stays)/ }).waitFor()
  }
  await page.screenshot({ path: join(artefacts, `example-${name}.png`) })
  assert.deepEqual(page.complaints, [])
  return page
}

test('plain HTML notes what was tried', async () => {
  const page = await attacked('plain', `${b.origin}/examples/plain.html`)
  assert.match(await page.locator('#tried tr').first().textContent(), /^dice_focal0\.004[01]\.\d{3}[01]\.\d{3}$/)
})

test('axe finds no violation in the reference and the examples, which fit a phone', async () => {
  for (const path of ['reference.html', 'examples/', 'examples/plain.html']) {
    const page = await b.page({ viewport: { width: 390, height: 844 } })
    await page.goto(`${b.origin}/${path}`)
    assert.deepEqual(await axe(page), [], path)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390, `${path} scrolls sideways`)
    for (const { x, width } of await page.locator('.views [aria-current]').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))) {
      assert.ok(x >= 0 && x + width <= 390, `${path}: the link of the page itself is out of sight`)
    }
    assert.deepEqual(page.complaints, [])
  }
})

test('a frame takes the height of its figure', async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/examples/frame.html`)
  await page.frameLocator('iframe').locator('.status').filter({ hasText: 'A change of at most' }).waitFor()
  await page.waitForFunction(() => Number(document.querySelector('iframe').height) > 400)
  assert.deepEqual(page.complaints, [])
})

test('the module attacks with every loss', async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/examples/module.html`)
  await page.locator('#doing').filter({ hasText: /^Done, on the CPU\.$/ }).waitFor()
  assert.equal(await page.locator('#losses tr').count(), 4)
  assert.deepEqual(page.complaints, [])
})

test('a Quarto document, as Pandoc renders it, attacks', async (t) => {
  if (!has(t, 'pandoc')) return
  execFileSync('pandoc', ['--standalone', '--from', 'markdown', '--output', 'attack.html', 'attack.qmd'], { cwd: join(folder, 'quarto') })
  await attacked('quarto', `${elsewhere}/quarto/attack.html`, 2)
})

test('an R Markdown document, which carries its script in itself, attacks', async (t) => {
  if (!has(t, 'pandoc')) return
  execFileSync('pandoc', ['--standalone', '--self-contained', '--from', 'markdown', '--output', 'attack.html', 'attack.Rmd'], { cwd: join(folder, 'rmarkdown'), stdio: 'pipe' })
  assert.equal(readFileSync(join(folder, 'rmarkdown', 'attack.html'), 'utf8').includes('src="http'), false)
  await attacked('rmarkdown', `${elsewhere}/rmarkdown/attack.html`)
})

test('React, Vue and Svelte, as Vite builds them, set the figure’s properties and hear its results', async () => {
  const quiet = { info() {}, warn() {}, warnOnce() {}, error() {}, clearScreen() {}, hasErrorLogged: () => false, hasWarned: false }
  const app = folder // where the three components are
  writeFileSync(join(app, 'index.html'), `<!doctype html><title>Frameworks</title><script type="module" src="${b.origin}/seg-fault.js"></script><script type="module" src="/main.js"></script>
    <div id="react"></div><div id="vue"></div><div id="svelte"></div>`)
  writeFileSync(join(app, 'main.js'), `import { createElement } from 'react'
    import { createRoot } from 'react-dom/client'
    import { createApp } from 'vue'
    import { mount } from 'svelte'
    import Reacting from './react/App.jsx'
    import Viewing from './vue/App.vue'
    import Svelting from './svelte/App.svelte'
    createRoot(document.querySelector('#react')).render(createElement(Reacting))
    createApp(Viewing).mount('#vue')
    mount(Svelting, { target: document.querySelector('#svelte') })`)
  await build({
    root: app, configFile: false, customLogger: quiet, base: '/built/', build: { outDir: join(folder, 'built'), target: 'es2022' }, esbuild: { jsx: 'automatic' },
    plugins: [svelte({ configFile: false }), vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'seg-fault' } } })],
  })
  const page = await attacked('frameworks', `${elsewhere}/built/index.html`, 3)
  for (const name of ['react', 'vue', 'svelte']) {
    const told = page.locator(`#${name} .told`)
    await told.waitFor()
    assert.match(await told.textContent(), /^Dice falls by 0\.\d\d\.$/)
    assert.deepEqual(await page.locator(`#${name} seg-fault`).evaluate(({ epsilon, fault }) => [epsilon, fault.attack.swapped]), [0.003, false])
  }
})

test('a figure of Marp’s slides attacks and fits its slide', async () => {
  const { html, css } = new Marp({ html: true }).render(readFileSync(join(folder, 'marp', 'slides.md'), 'utf8'))
  writeFileSync(join(folder, 'marp', 'slides.html'), `<!doctype html><title>Slides</title><style>${css}</style>${html}`)
  const page = await attacked('marp', `${elsewhere}/marp/slides.html`)
  const [slide, figure] = await Promise.all(['section:has(seg-fault)', 'seg-fault'].map((part) => page.locator(part).boundingBox()))
  assert.ok(figure.y >= slide.y && figure.y + figure.height <= slide.y + slide.height, JSON.stringify({ slide, figure }))
})

test('a MkDocs Material page attacks', async (t) => {
  if (!has(t, 'mkdocs')) return
  execFileSync('mkdocs', ['build', '--quiet', '--site-dir', join(folder, 'mkdocs', 'built')], { cwd: join(folder, 'mkdocs'), stdio: 'pipe' })
  await attacked('mkdocs', `${elsewhere}/mkdocs/built/index.html`)
})

test('a slide attacks when it is shown, and not before', async () => {
  const page = await b.page({ viewport: { width: 1000, height: 750 } })
  await page.goto(`${elsewhere}/reveal/slides.html`)
  await page.locator('.reveal.ready').waitFor()
  assert.equal(page.requests.some((url) => url.endsWith('.wasm')), false)
  await page.keyboard.press('ArrowRight')
  await page.locator('seg-fault .status').filter({ hasText: 'A change of at most' }).waitFor()
  await page.screenshot({ path: join(artefacts, 'example-reveal.png') })
  assert.deepEqual(page.complaints, [])
})

test('the slides work where the site serves them, and the examples name that address', async () => {
  const page = await b.page({ viewport: { width: 1000, height: 750 } })
  await page.goto(`${b.origin}/examples/`)
  await page.locator('pre code').filter({ hasText: `src="${b.origin}/seg-fault.js"` }).first().waitFor()
  assert.equal(await page.getByText('segfault.example').count(), 0)
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'attack.ipynb' }).press('Enter')
  const notebook = readFileSync(await (await coming).path(), 'utf8')
  assert.ok(notebook.includes(`${b.origin}/anywidget.js`) && !notebook.includes('segfault.example'))
  await page.goto(`${b.origin}/examples/reveal/slides.html`)
  await page.locator('seg-fault').scrollIntoViewIfNeeded()
  await page.locator('seg-fault .status').filter({ hasText: 'A change of at most' }).waitFor()
})

test('cells of an Observable notebook follow the figure', async () => {
  const page = await attacked('observable', `${elsewhere}/observable/index.html`)
  const words = page.locator('#words').filter({ hasText: /^Changing no pixel by more than 0\.0090 took Dice from 0\.\d\d to 0\.\d\d\.$/ })
  await words.waitFor()
  await page.locator('seg-fault').evaluate((figure) => (figure.epsilon = 0))
  await page.locator('#words').filter({ hasText: /by more than 0\.0 / }).waitFor()
})

/** Renders an anywidget the way its specification says, with a model that remembers and reports; it lacks some methods, or has them say so. */
async function widget(esm, traits, { refused = [], missing = [] } = {}) {
  writeFileSync(join(folder, 'widget.html'), '<!doctype html><html lang="en"><meta charset="utf-8"><title>Widget</title><main></main></html>')
  const page = await b.page()
  await page.goto(`${elsewhere}/widget.html`)
  await page.evaluate(async ({ esm, traits, refused, missing }) => {
    const listeners = new Map()
    globalThis.saved = []
    globalThis.model = {
      get: (name) => traits[name],
      set(name, value) {
        traits[name] = value
        globalThis.saved.push(name)
        listeners.get(`change:${name}`)?.()
      },
      on: (name, listener) => listeners.set(name, listener),
      off: (name) => listeners.delete(name),
      save_changes() {},
    }
    for (const name of refused) globalThis.model[name] = () => { throw new Error(`${name} not implemented yet.`) }
    for (const name of missing) delete globalThis.model[name]
    const { default: { render } } = await import(esm)
    globalThis.leave = await render({ model: globalThis.model, el: document.querySelector('main') })
  }, { esm, traits, refused, missing })
  await page.locator('seg-fault .status').filter({ hasText: 'A change of at most' }).waitFor()
  assert.deepEqual(page.complaints, [])
  return page
}

test('the widget of a MyST page attacks, as MyST itself reads it', async () => {
  const find = (node) => (node.type === 'anywidget' ? node : (node.children ?? []).map(find).find(Boolean))
  const { esm, model } = find(mystParse(readFileSync(join(folder, 'myst', 'attack.md'), 'utf8')))
  const page = await widget(esm, model)
  assert.equal(await page.locator('seg-fault').getAttribute('epsilon'), '0.003')
})

for (const [what, lacks] of [
  ['whose model saves nothing and lets nobody go, as MyST’s', { refused: ['save_changes', 'off'] }],
  ['whose model only tells', { missing: ['set', 'save_changes', 'on', 'off'] }],
]) {
  test(`a widget works in a host ${what}`, async () => {
    const page = await widget(`${b.origin}/anywidget.js`, { sample: 'glioma', epsilon: 0.003, controls: 'order' }, lacks)
    await page.locator('seg-fault').getByLabel('order as in the paper').check()
    await page.waitForFunction(() => document.querySelector('seg-fault').fault.attack.swapped)
    await page.evaluate(() => globalThis.leave())
    assert.deepEqual(page.complaints, [])
  })
}

test('the widget of a Jupyter notebook follows its model and tells it the metrics', async () => {
  const { cells } = JSON.parse(readFileSync(join(folder, 'jupyter', 'attack.ipynb'), 'utf8'))
  const esm = /_esm = "(.*)"/.exec(cells.flatMap(({ source }) => source).join(''))[1]
  const page = await widget(esm, { sample: 'pituitary', epsilon: 0.003, swapped: false, controls: 'epsilon order' })
  await page.evaluate(() => globalThis.model.set('epsilon', 0))
  await page.waitForFunction(() => globalThis.model.get('metrics').linf === 0)
  await page.locator('seg-fault').getByLabel('order as in the paper').check()
  assert.equal(await page.evaluate(() => globalThis.model.get('swapped')), true)
})
