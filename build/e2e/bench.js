// What the end-to-end tests share: the site served by the project's own tool, a headless Chromium, and the data.
//
//   npm ci && npm test
//
// CHROMIUM names the browser where it is not on the PATH, or not the one to test; SEGFAULT_WEIGHTS a folder with other models than the checkout's.
// SEGFAULT_TOOL, SEGFAULT_SITE and SEGFAULT_SINGLE are the tool, the site and the page in one file if they were built before.
// Screenshots go to out/e2e/ in the checkout.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const artefacts = join(root, 'out', 'e2e')
const shared = join(root, '..', 'shared', 'data')

/** A file of the shared data, or undefined: then the test is skipped, or fails where CI is set. */
export function data(t, ...path) {
  const file = join(shared, ...path)
  if (existsSync(file)) return file
  if (process.env.CI) throw new Error(`${join(...path)} is missing in ../shared/data`)
  t.skip(`${join(...path)} is missing in ../shared/data`)
}

function browserPath() {
  const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'] // the first has no windows, which take half the time
  const folders = (process.env.PATH ?? '').split(delimiter)
  const path = process.env.CHROMIUM ?? names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync)
  if (!path) throw new Error('no Chromium on the PATH: install it (package chromium) or name it in CHROMIUM')
  return path
}

/** Text is DejaVu's wherever the tests run, so that a picture of a page is the same there. It is as wide as fonts get: what has room with it has room. */
const oneFont = `<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <test name="family"><string>system-ui</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>DejaVu Sans</string></edit>
  </match>
</fontconfig>`

/** The served site, with the models of a folder, and a browser; close() ends both. */
export async function bench(weights = process.env.SEGFAULT_WEIGHTS) {
  const folder = mkdtempSync(join(tmpdir(), 'segfault-e2e-'))
  mkdirSync(artefacts, { recursive: true })
  const tool = process.env.SEGFAULT_TOOL ?? join(folder, 'segfault')
  if (!process.env.SEGFAULT_TOOL) execFileSync('go', ['build', '-o', tool, './build'], { cwd: root, stdio: 'inherit' })

  const extra = weights ? ['-weights', weights] : []
  const built = process.env.SEGFAULT_SITE && !weights ? ['-site', process.env.SEGFAULT_SITE] : extra
  const server = spawn(tool, ['serve', '-addr', 'localhost:0', ...built], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const origin = await new Promise((resolve, reject) => {
    let text = ''
    server.stdout.on('data', (chunk) => {
      text += chunk
      const found = /http:\/\/[^/\s]+/.exec(text)
      if (found) resolve(found[0])
    })
    server.on('exit', (code) => reject(new Error(`the site was not served: exit ${code}`)))
  })
  const fonts = join(folder, 'fonts.conf')
  writeFileSync(fonts, oneFont)
  const browser = await chromium.launch({
    executablePath: browserPath(),
    env: { ...process.env, FONTCONFIG_FILE: fonts },
    args: [
      '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--enable-unsafe-webgpu',
      '--js-flags=--wasm-tiering-budget=1000000000', // what a page runs for two seconds is not worth a second of optimizing
    ],
  })

  /** Closes the page before; what is on its way behind a route is not waited for. */
  async function closed(context) {
    await Promise.all(context?.pages().map((page) => page.unrouteAll({ behavior: 'ignoreErrors' })) ?? [])
    await context?.close()
  }

  const run = (...args) => execFileSync(tool, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const attacked = {}

  return {
    browser,
    origin,

    /** The page with an attack of one step, which is quick, and whose choices are open. */
    paper: `${origin}/#purpose=paper`,

    /** Runs the command line, and returns what it says. */
    run,

    /** A new folder, which goes with the bench. */
    made: () => mkdtempSync(join(folder, 'made-')),

    /**
     * A page that notes what it asks for and what it complains of. The one before is closed, and stops computing. There are no
     * service workers, behind which nothing can be routed, unless kept is set, and on a wide page nothing is folded unless folded is.
     */
    async page({ kept = false, folded = false, ...options } = {}) {
      await closed(this.context)
      const context = (this.context = await browser.newContext(options))
      if (!kept) await context.addInitScript(() => delete Navigator.prototype.serviceWorker)
      if (!folded) await context.addInitScript(() => addEventListener('DOMContentLoaded', () => {
        for (const fold of document.querySelectorAll('[data-fold]')) fold.open = matchMedia('(min-width: 56.01rem)').matches
      }))
      const page = await context.newPage()
      page.setDefaultTimeout(240_000)
      page.requests = []
      page.complaints = []
      page.on('request', (request) => page.requests.push(request.url()))
      page.on('pageerror', (error) => page.complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') page.complaints.push(message.text())
      })
      return page
    },

    /** Attacks with the command line, with the first weights that the site serves or those given, and returns what it wrote. */
    async attack(flags, file) {
      if (!file) {
        const [name] = await this.models()
        file = join(folder, `${name}.safetensors`)
        if (!existsSync(file)) {
          const response = await fetch(`${origin}/weights/${name}.safetensors`)
          writeFileSync(file, Buffer.from(await response.arrayBuffer()))
        }
      }
      const args = ['attack', '-alone', '-weights', file, ...flags] // what stands beside an attack takes 200 queries
      return (attacked[args.join(' ')] ??= (() => {
        const out = this.made()
        run(...args, '-out', out)
        return { metrics: JSON.parse(readFileSync(join(out, 'metrics.json'))), tensors: readTensors(join(out, 'result.safetensors')) }
      })())
    },

    /** The page as one file, and where it is. */
    single() {
      if (process.env.SEGFAULT_SINGLE && !weights) return process.env.SEGFAULT_SINGLE
      const file = join(folder, 'segfault.html')
      if (!existsSync(file)) run('site', '-single', '-out', file, ...extra)
      return file
    },

    /** The folder of the site, only to be read. */
    site() {
      if (process.env.SEGFAULT_SITE && !weights) return process.env.SEGFAULT_SITE
      const out = join(folder, 'site')
      if (!existsSync(out)) run('site', '-out', out, ...extra)
      return out
    },

    /** The names of the models that the site offers. */
    async models() {
      const { models } = await (await fetch(`${origin}/release.json`)).json()
      return models.map(({ name }) => name)
    },

    async close() {
      await closed(this.context)
      await browser.close()
      server.removeAllListeners('exit')
      const ended = new Promise((resolve) => server.on('exit', resolve))
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The tensors of a safetensors file of float32. */
function readTensors(file) {
  const bytes = readFileSync(file)
  const size = Number(bytes.readBigUInt64LE())
  const { __metadata__, ...header } = JSON.parse(bytes.subarray(8, 8 + size))
  return Object.fromEntries(Object.entries(header).map(([name, { data_offsets: [from, to] }]) => {
    const raw = bytes.subarray(8 + size + from, 8 + size + to)
    return [name, new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length))]
  }))
}

/** Script for the engine's worker: makes the software adapter look like a GPU, and a small one, since a driver on the processor takes seconds to compile a large tile. */
export const disguised = `
  const disguise = { vendor: 'test', architecture: '', device: '', description: '', isFallbackAdapter: false }
  Object.defineProperty(GPUAdapter.prototype, 'info', { get: () => disguise })
  Object.defineProperty(GPUSupportedLimits.prototype, 'maxComputeInvocationsPerWorkgroup', { get: () => 64 })
  Object.defineProperty(GPUSupportedLimits.prototype, 'maxComputeWorkgroupStorageSize', { get: () => 0 })`

/** Notes how far a page's parts move by themselves, from its beginning: the cumulative layout shift. Returns what asks for it. */
export async function shifts(page) {
  await page.addInitScript(() => {
    globalThis.shift = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  return () => page.evaluate(() => globalThis.shift)
}

/** Waits until the page has shown the attack that it was last asked for. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector('#engine').dataset.state === 'ready' && document.querySelector('#finding').textContent !== '')
}

/** How a part of the page looks, asked in one go, as a locator would find it first and ask of one that was drawn again since. */
export const styled = (page, selector, property) => page.evaluate(([selector, property]) => getComputedStyle(document.querySelector(selector))[property], [selector, property])

/** Whether the page shows a score that was computed natively, or a dash where there is none. */
export const shows = (text, score) => (score === null ? text === '–' : Math.abs(Number(text) - score) <= 0.005)

const axeScript = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with a page, one line each. */
export async function axe(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeScript)
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] })) // of what passes it would name every part
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
}

/** Keeps pictures of a page as it is now: wide and narrow, light and dark. None may need scrolling sideways. */
export async function photograph(page, name) {
  for (const [size, width, height] of [['wide', 1440, 900], ['narrow', 390, 844]]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(artefacts, `${name}-${size}-${colorScheme}.png`), fullPage: true })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (overflow > 0) throw new Error(`the ${size} ${name} page is ${overflow} pixels too wide`)
    }
  }
}

/** How far two PNGs are from each other: the mean over all values, and the share of pixels that differ plainly. The second is brought to the first's size. */
export function difference(page, one, other) {
  return page.evaluate(async (pair) => {
    const images = await Promise.all(pair.map((text) => createImageBitmap(new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]))))
    const [{ width, height }] = images
    const [a, b] = images.map((image) => {
      const pen = new OffscreenCanvas(width, height).getContext('2d')
      pen.drawImage(image, 0, 0, width, height)
      return pen.getImageData(0, 0, width, height).data
    })
    let [sum, plain] = [0, 0]
    for (let i = 0; i < a.length; i += 4) {
      const apart = [0, 1, 2].map((k) => Math.abs(a[i + k] - b[i + k]))
      sum += apart[0] + apart[1] + apart[2]
      if (Math.max(...apart) > 64) plain++
    }
    return { mean: sum / (3 * width * height), plain: plain / (width * height) }
  }, [one, other].map((bytes) => bytes.toString('base64')))
}

/** Drops files on the page, as from a file manager. */
export async function drop(page, files, on = 'body') {
  const given = files.map(({ name, path, bytes }) => ({ name, content: (bytes ?? readFileSync(path)).toString('base64') }))
  await page.evaluate(({ given, on }) => {
    const transfer = new DataTransfer()
    for (const { name, content } of given) {
      transfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name))
    }
    document.body.dispatchEvent(new DragEvent('dragenter', { dataTransfer: transfer, bubbles: true }))
    document.querySelector(on).dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
  }, { given, on })
}

/** Opens the view of that name on a real scan with its truth, both dropped; undefined where they are missing. */
export async function onRealScan(t, b, view) {
  const scan = data(t, 'brain', 'test', 'images', 'test_00008_gl_ax_t1.jpg')
  const truth = data(t, 'brain', 'test', 'masks', 'test_00008_gl_ax_t1.png')
  if (!scan || !truth) return undefined
  const page = await b.page({ viewport: { width: 1440, height: 900 }, acceptDownloads: true })
  await page.goto(`${b.origin}/#view=${view}&purpose=paper`)
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('Simulated'))
  await drop(page, [{ name: 'scan.jpg', path: scan }])
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.startsWith('JPEG'))
  await drop(page, [{ name: 'mask.png', path: truth }], '.drop-zone[data-open=truth]')
  await page.waitForFunction(() => document.querySelector('#scan-facts').textContent.includes('with truth mask'))
  return page
}

/** Unticks all models of a form but the two smallest, which show what all would, in a tenth of the time. Returns how many are left. */
export async function fewModels(page, form) {
  await page.waitForFunction((form) => document.querySelectorAll(`${form} [name=model]`).length > 2, form)
  for (const box of await page.locator(`${form} [name=model]`).all()) {
    if (await box.isChecked() && !/vgg13-w(10|4)$/.test(await box.inputValue())) await box.press('Space')
  }
  return page.locator(`${form} [name=model]:checked`).count()
}

/** Drops a file on the page straight from the disk, as a person would: nothing of it passes through the test. */
export async function dropFromDisk(page, path) {
  const session = await page.context().newCDPSession(page)
  const drag = { x: 200, y: 200, data: { items: [], files: [path], dragOperationsMask: 1 } }
  for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, ...drag })
  await session.detach()
}
