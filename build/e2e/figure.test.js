// <seg-fault> on a page of another origin, whose policy allows the site's origin and nothing else.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { artefacts, axe, bench, drop } from './bench.js'

const style = ':root { color-scheme: light dark } body { margin: 0; font: 18px/1.5 serif; color: CanvasText; background: Canvas } main { max-width: 46rem; margin: auto; padding: 1rem } .far { margin-top: 4000px }'

let b
let server
let elsewhere
let served // the page elsewhere: its body and its policy

before(async () => {
  b = await bench()
  server = createServer(({ url }, response) => {
    if (url.endsWith('.npy')) return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(array())
    const css = url.endsWith('.css')
    const { body, policy } = served
    response.writeHead(200, { 'content-type': css ? 'text/css' : 'text/html', ...(policy && { 'content-security-policy': policy }) })
    response.end(css ? style : `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Course notes</title><link rel="icon" href="data:,"><link rel="stylesheet" href="page.css"><main><h1>Course notes</h1>${body}</main></html>`)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  elsewhere = `http://127.0.0.1:${server.address().port}`
})
after(async () => {
  server?.close()
  await b?.close()
})

/** A NPY file of 64 × 64 bytes. */
function array() {
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (64, 64), }".padEnd(69) + '\n'
  return Buffer.concat([Buffer.from([0x93, 78, 85, 77, 80, 89, 1, 0, header.length, 0]), Buffer.from(header), Buffer.from(Array.from({ length: 64 * 64 }, (_, i) => i % 251))])
}

const strict = () => `default-src 'none'; script-src ${b.origin}; frame-src ${b.origin}; img-src ${b.origin} data:; style-src 'self'`
const script = (name) => `<script type="module" src="${b.origin}/${name}"></script>`

/** Opens the page elsewhere. */
async function open(body, { policy = strict(), ...options } = {}) {
  served = { body: script('seg-fault.js') + body, policy }
  const page = await b.page(options)
  await page.goto(elsewhere)
  return page
}

/** Waits for a figure's result and returns what it says. */
async function said(page, id) {
  const figure = page.locator(id)
  await figure.evaluate((element) => customElements.whenDefined('seg-fault').then(() => element.start()))
  return figure.locator('.status').textContent()
}

/** Keeps pictures of a page as wide as it gets and as narrow, in either colour scheme, and has axe look at each. */
async function looked(page, name) {
  for (const [size, colorScheme, width, height] of [['wide', 'light', 1100, 900], ['narrow', 'dark', 390, 844]]) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(artefacts, `${name}-${size}-${colorScheme}.png`), fullPage: true })
    assert.deepEqual(await axe(page), [])
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0)
  }
}

test('ten figures elsewhere share one engine of ours under a strict policy, compute what is seen, and are printed as they are', async () => {
  const far = Array.from({ length: 8 }, (_, i) => `<seg-fault id="far${i}" sample="glioma" epsilon="0.00${i + 1}"></seg-fault>`)
  const page = await open(`<seg-fault id="one" sample="meningioma"></seg-fault><seg-fault id="two" sample="glioma" view="slider"></seg-fault><div class="far"></div>${far.join('')}`)
  assert.match(await said(page, '#one'), /^A change of at most 0\.9% of the grey range, /)
  assert.match(await said(page, '#two'), /^A change of at most 0\.9% of the grey range, /)
  assert.deepEqual(await page.locator('seg-fault').evaluateAll((all) => all.map(({ fault }) => fault !== null)), [true, true, ...far.map(() => false)])

  await page.emulateMedia({ media: 'print' })
  for (const figure of await page.locator('seg-fault').all()) {
    const id = await figure.getAttribute('id')
    assert.equal(await figure.locator('.poster').count() > 0, id.startsWith('far'), `${id} is its result or its poster`)
    assert.equal(await figure.locator('.stage').isVisible(), true, id)
    assert.equal(await figure.locator('.stage').evaluate((stage) => getComputedStyle(stage).printColorAdjust), 'exact', id)
    for (const part of ['.dial input', '.legend input', '.source', '.doing']) assert.equal(await figure.locator(part).first().isVisible(), false, `${id}: ${part} can only be pressed`)
    assert.match(await figure.locator('.dial').textContent(), /^Strength, ε0\.00\d$/, `${id} says its ε`)
  }
  await page.emulateMedia({ media: 'screen' })

  const last = page.locator('#far7')
  const result = last.evaluate((element) => new Promise((resolve) => element.addEventListener('result', ({ detail }) => resolve(detail.fault.metrics.linf), { once: true })))
  await last.scrollIntoViewIfNeeded()
  assert.ok(Math.abs((await result) - 0.008) < 1e-6)
  assert.equal(page.frames().length, 2, 'the page and one hidden frame')
  assert.equal(page.requests.filter((url) => url.endsWith('/segfault.wasm')).length, 1)
  assert.deepEqual(page.complaints, [])
  assert.deepEqual(page.requests.filter((url) => !url.startsWith(`${b.origin}/`) && !url.startsWith(`${elsewhere}/`) && !url.startsWith('data:')), [])
})

test('a figure has a poster and fetches no engine until it is scrolled into view', async () => {
  const page = await open('<div class="far"></div><seg-fault id="one" sample="glioma"></seg-fault>')
  const figure = page.locator('#one')
  await figure.locator('.poster').first().waitFor({ state: 'attached' })
  await page.waitForLoadState('networkidle')
  assert.deepEqual(page.requests.filter((url) => url.endsWith('.wasm')), [])
  assert.ok(await figure.locator('.poster').first().evaluate((image) => image.decode().then(() => image.naturalWidth > 0)))
  const result = figure.evaluate((element) => new Promise((resolve) => element.addEventListener('result', ({ detail }) => resolve(detail.fault.metrics.success))))
  await figure.scrollIntoViewIfNeeded()
  assert.equal(await result, true)
  assert.equal(await figure.locator('.poster').count(), 0)
})

test('where WebAssembly is missing the poster stays and a sentence says why', async () => {
  served = { body: `${script('seg-fault.js')}<seg-fault id="one" sample="glioma"></seg-fault>`, policy: strict() }
  const page = await b.page()
  await page.route('**/engine/worker.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `delete globalThis.WebAssembly;\n${await response.text()}` })
  })
  await page.goto(elsewhere)
  await page.locator('#one .status.failed').waitFor()
  assert.match(await page.locator('#one .status').textContent(), /This browser cannot run the engine/)
  assert.equal(await page.locator('#one .poster').first().isVisible(), true)
})

test('a policy without our frames is named in a sentence', async () => {
  const page = await open('<seg-fault id="one"></seg-fault>', { policy: `default-src 'none'; script-src ${b.origin}; style-src 'self'; img-src data:` })
  await page.locator('#one .status.failed').waitFor()
  assert.match(await page.locator('#one .status').textContent(), /forbids frames of http:\/\/[^ ]+:\d+; add it to frame-src\.$/)
})

test('keys turn the dial and the wipe', async () => {
  const page = await open('<seg-fault id="one" sample="glioma" view="slider"></seg-fault>')
  await said(page, '#one')
  const figure = page.locator('#one')
  const result = figure.evaluate((element) => new Promise((resolve) => element.addEventListener('result', ({ detail }) => resolve(detail.fault.metrics.linf))))
  await page.keyboard.press('Tab')
  assert.match(await page.evaluate(() => document.activeElement.shadowRoot.activeElement.ariaLabel), /^Wipe/)
  await page.keyboard.press('ArrowLeft')
  assert.equal(await figure.locator('.wipe').getAttribute('aria-valuetext'), '49 % untouched')
  for (let i = 0; i < 4; i++) await page.keyboard.press('Tab') // past the three outlines
  await page.keyboard.press('Home')
  assert.equal(await result, 0)
  assert.equal(await figure.getAttribute('epsilon'), '0')
})

test('a finger moves the wipe, and the page beneath it stays put', async () => {
  const page = await open('<seg-fault id="one" sample="glioma" view="slider"></seg-fault>', { hasTouch: true, viewport: { width: 390, height: 844 } })
  await said(page, '#one')
  const wipe = page.locator('#one .wipe')
  const { x, y, width, height } = await wipe.boundingBox()
  await page.touchscreen.tap(x + width / 4, y + height / 2)
  const untouched = Number(await wipe.inputValue())
  assert.ok(Math.abs(untouched - 25) <= 3, `${untouched} %`)
  assert.equal(await page.evaluate(() => scrollY), 0)
})

test('the focus stays on a figure’s control when the engine is there', async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/reference.html`)
  const focused = await page.evaluate(async () => {
    await import('./seg-fault.js')
    const figure = Object.assign(document.createElement('seg-fault'), { sample: 'glioma' })
    document.body.prepend(figure)
    figure.setAttribute('controls', 'epsilon, steps')
    const named = () => figure.shadowRoot.activeElement?.closest('label')?.textContent
    figure.shadowRoot.querySelector('input[type=number]').focus()
    const before = named()
    await figure.start()
    return [before, named()]
  })
  assert.deepEqual(focused, ['Steps', 'Steps'])
})

for (const [view, controls, next] of [['compare', 'steps', 'Steps'], ['sweep', '', 'ε'], ['compare', 'none', 'Segfault']]) {
  test(`stopping a figure with view="${view}" and controls="${controls}" leads on to ${next}`, async () => {
    const page = await open(`<seg-fault id="one" sample="glioma" view="${view}" ${controls && `controls="${controls}"`}></seg-fault>`)
    await said(page, '#one')
    const figure = page.locator('#one')
    await figure.evaluate((one) => one.setAttribute('steps', 900))
    await figure.getByRole('button', { name: 'Stop' }).press('Enter')
    await figure.locator('.status').filter({ hasText: 'Stopped.' }).waitFor()
    assert.equal(await figure.evaluate(({ shadowRoot: { activeElement: at } }) => at?.ariaLabel ?? (at?.closest('label') ?? at)?.textContent), next)
  })
}

test('arrow keys read the curves of a sweep', async () => {
  const page = await open('<seg-fault id="one" sample="glioma" view="sweep"></seg-fault>')
  await said(page, '#one')
  const cursor = page.locator('#one .cursor')
  await cursor.press('Home')
  assert.match(await cursor.getAttribute('aria-valuetext'), /^ε 0\. Dice: Dice \+ focal 0\.\d{3}$/)
  await cursor.press('ArrowRight')
  assert.match(await cursor.getAttribute('aria-valuetext'), /^ε 0\.001\. Dice: Dice \+ focal [01]\.\d{3}$/)
  assert.match(await page.locator('#one .readout').textContent(), /^ε = 0\.001/)
})

test('attributes, a loss and a scan of the page’s own are followed', async () => {
  const page = await open('<seg-fault id="one" sample="glioma"></seg-fault>')
  await said(page, '#one')
  const seen = await page.locator('#one').evaluate(async (figure, bytes) => {
    const next = () => new Promise((resolve) => figure.addEventListener('result', ({ detail }) => resolve(detail.fault), { once: true }))
    let fault = next()
    figure.setAttribute('loss', 'bce')
    figure.epsilon = 0.004
    const { metrics } = await fault
    const own = await figure.load(Uint8Array.from(bytes))
    fault = next()
    figure.setAttribute('sample', 'pituitary')
    return [metrics.linf, own.metrics.reference, (await fault).metrics.reference]
  }, [...array()])
  assert.ok(Math.abs(seen[0] - 0.004) < 1e-6)
  assert.deepEqual(seen.slice(1), ['prediction', 'truth'])

  const status = page.locator('#one .status')
  await drop(page, [{ name: 'own.onnx', bytes: Buffer.from('a network') }], '#one')
  await status.filter({ hasText: /^A figure attacks the site’s own models; follow the link below it, and drop yours there\.$/ }).waitFor()
  await drop(page, [{ name: 'broken.npy', bytes: Buffer.from('no array') }], '#one')
  await page.locator('#one .status.failed').filter({ hasText: /NPY/ }).waitFor()
  assert.equal(await page.locator('#one').evaluate(({ fault }) => fault.metrics.reference), 'truth', 'what was shown is still there')
  await drop(page, [{ name: 'own.npy', bytes: array() }], '#one')
  await page.locator('#one .status:not(.failed)').filter({ hasText: /what it found before/ }).waitFor()
})

test('what is changed on hearing of a result is computed, however soon after', async () => {
  const page = await open('<seg-fault id="one" sample="heart"></seg-fault>')
  await said(page, '#one')
  const asked = await page.locator('#one').evaluate(async (figure) => {
    const pairs = []
    for (let turns = 0; turns < 12; turns++) {
      const heard = new Promise((resolve) => figure.addEventListener('result', resolve, { once: true }))
      figure.epsilon = 0.002
      await heard
      for (let i = 0; i < turns; i++) await null
      figure.epsilon = 0.004
      pairs.push([turns, (await figure.start()).attack.epsilon])
    }
    return pairs
  })
  assert.deepEqual(asked.map(([turns, epsilon]) => [turns, epsilon.toFixed(3)]), asked.map(([turns]) => [turns, '0.004']))
  await page.context().close()
})

test('a figure that is in no page yet, and one that is given nothing, say so', async () => {
  const page = await open('<seg-fault id="one" sample="heart"></seg-fault>')
  const refused = await page.locator('#one').evaluate(async (figure) => {
    await customElements.whenDefined('seg-fault')
    const told = (promise) => promise.then(() => 'it went on', ({ code, message }) => `${code} ${message}`)
    return Promise.all([told(document.createElement('seg-fault').start()), told(figure.load()), told(figure.load(null))])
  })
  const nothing = 'bug segfault: a figure is given a File, Blob, ArrayBuffer or address to show; this is none.'
  assert.deepEqual(refused, ['bug segfault: the figure is in no page yet; append it first.', nothing, nothing])
  await page.context().close()
})

test('the folder of the site may lack its slash, and what is no address is said to be none', async () => {
  const page = await open(`<seg-fault id="one" sample="heart" site="${b.origin}/segfault"></seg-fault><seg-fault id="two" site="http://["></seg-fault>`, { policy: '' })
  assert.ok((await page.locator('#one').locator('.source').getAttribute('href')).startsWith(`${b.origin}/segfault/#`))
  await page.locator('#two').evaluate((figure) => figure.start().catch(() => {}))
  assert.match(await page.locator('#two').locator('.status').textContent(), /^The site's address cannot be read/)
  await page.context().close()
})

test('a scan is fetched by the page that names it, as its own policy allows', async () => {
  const page = await open('<seg-fault id="one" src="scan.npy"></seg-fault>', { policy: `${strict()}; connect-src 'self'` })
  await said(page, '#one')
  assert.deepEqual(await page.locator('#one').evaluate(({ fault }) => fault.metrics.reference), 'prediction')
  const refused = await open('<seg-fault id="one" src="scan.npy"></seg-fault>')
  await refused.locator('#one .status.failed').waitFor()
  assert.match(await refused.locator('#one .status').textContent(), /^The scan could not be fetched/)
})

test('a sample is attacked in a model of its own task', async () => {
  const page = await open('<seg-fault id="one" sample="heart" controls="model"></seg-fault>')
  const heart = await page.locator('#one').evaluate((figure) => figure.start().then(({ classes }) => classes))
  const models = await page.locator('#one select option').allTextContents()
  const brain = await page.locator('#one').evaluate((figure) => {
    const result = new Promise((resolve) => figure.addEventListener('result', ({ detail }) => resolve(detail.fault.classes)))
    figure.setAttribute('sample', 'glioma')
    return result
  })
  assert.equal(heart.includes('glioma'), false)
  assert.equal(brain.includes('glioma'), true)
  assert.ok(models.length > 0 && models.every((title) => /ventricle/.test(title)), models.join())
})

test('bad attributes are one sentence, and the figure goes on', async () => {
  const page = await open('<seg-fault id="one" sample="glioma" loss="hinge"></seg-fault>')
  await page.locator('#one .status.failed').waitFor()
  assert.match(await page.locator('#one .status').textContent(), /hinge.*\.$/)
  await page.locator('#one').evaluate((figure) => figure.setAttribute('loss', 'bce'))
  await page.locator('#one .status:not(.failed)').filter({ hasText: 'A change of at most' }).waitFor()
  await page.locator('#one').evaluate((figure) => figure.setAttribute('seed', 'x'))
  await page.locator('#one .status.failed').filter({ hasText: 'A seed of NaN' }).waitFor()
})

const orders = [
  ['swapped="false"', (figure) => figure.setAttribute('swapped', 'false'), false],
  ['swapped="False"', (figure) => figure.setAttribute('swapped', 'False'), false],
  ['swapped', (figure) => figure.setAttribute('swapped', ''), true],
  ['.swapped = false', (figure) => (figure.swapped = false), false],
  ['.swapped = null', (figure) => (figure.swapped = null), false],
  ['.swapped = true', (figure) => (figure.swapped = true), true],
]
let ordered // the page of the tests below, with a figure each
for (const [i, [written, act, swapped]] of orders.entries()) {
  test(`the arguments' order is ${swapped ? 'swapped' : 'right'} with ${written}`, async () => {
    ordered ??= await open(`<div class="far"></div>${orders.map((_, i) => `<seg-fault id="of${i}" sample="glioma" epsilon="0.003" controls="order"></seg-fault>`).join('')}`)
    const figure = ordered.locator(`#of${i}`)
    await ordered.waitForFunction(() => customElements.get('seg-fault'))
    await figure.evaluate(act)
    await said(ordered, `#of${i}`)
    assert.equal(await figure.evaluate(({ fault }) => fault.attack.swapped), swapped)
    assert.equal(await figure.getByLabel('order as in the paper').isChecked(), swapped)
    assert.equal(await figure.evaluate((one) => one.swapped), swapped)
    assert.match(await figure.locator('.source').getAttribute('href'), swapped ? /swapped=yes/ : /^(?!.*swapped=yes)/)
  })
}

test('every attribute is a property, which null removes, also where it was set before the script came', async () => {
  served = { body: '<seg-fault id="one"></seg-fault>', policy: strict() }
  const page = await b.page()
  await page.goto(elsewhere)
  const seen = await page.locator('#one').evaluate(async (figure, src) => {
    Object.assign(figure, { sample: 'pituitary', epsilon: 0.004, swapped: true, seed: 3, controls: 'epsilon' })
    const script = Object.assign(document.createElement('script'), { type: 'module', src })
    document.head.append(script)
    await customElements.whenDefined('seg-fault')
    const attributes = Object.fromEntries(figure.getAttributeNames().map((name) => [name, figure.getAttribute(name)]))
    const known = figure.constructor.observedAttributes.every((name) => name in figure)
    const values = [figure.sample, figure.epsilon, figure.swapped, figure.seed, figure.loss]
    Object.assign(figure, { sample: null, seed: undefined, swapped: false, loss: 'bce', epsilon: null })
    return { attributes, known, values, left: figure.getAttributeNames().sort(), epsilon: figure.epsilon }
  }, `${b.origin}/seg-fault.js`)
  assert.deepEqual(seen.attributes, { id: 'one', sample: 'pituitary', epsilon: '0.004', swapped: '', seed: '3', controls: 'epsilon' })
  assert.ok(seen.known)
  assert.deepEqual(seen.values, ['pituitary', 0.004, true, 3, null])
  assert.deepEqual(seen.left, ['controls', 'id', 'loss'])
  assert.equal(seen.epsilon, 0.009)
})

for (const [what, frame] of [
  ['a sandboxed frame of embed.html', (origin) => `<iframe sandbox="allow-scripts" src="${origin}/embed.html#sample=glioma"></iframe>`],
  ['a sandboxed srcdoc', (origin) => `<iframe sandbox="allow-scripts" srcdoc='<script type="module" src="${origin}/seg-fault.js"></script><seg-fault sample="glioma"></seg-fault>'></iframe>`],
]) {
  test(`${what} is told at once that it needs an origin`, async () => {
    served = { body: frame(b.origin) }
    const page = await b.page()
    await page.clock.install()
    await page.goto(elsewhere)
    await page.clock.pauseAt(Date.now() + 3_600_000) // from here no patience runs out
    const status = page.frameLocator('iframe').locator('.status.failed')
    await status.waitFor()
    assert.equal(await status.textContent(), 'This page stands in a frame whose sandbox takes its origin away, and with it the engine; add allow-same-origin to the sandbox.')
  })
}

test('a site that does not answer is one sentence, and its address is written as it is', async () => {
  const page = await open('<seg-fault id="one"></seg-fault>')
  await page.clock.install()
  await page.route('**/engine/frame-host.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
  await page.goto(elsewhere)
  await page.waitForFunction(() => document.querySelector('iframe'))
  await page.waitForLoadState('load')
  await page.clock.runFor(60_000)
  await page.locator('#one .status.failed').waitFor()
  assert.match(await page.locator('#one .status').textContent(), /^The engine’s frame, http:\/\/[^ ]+\/engine\/frame\.html, does not answer; check the connection and the address\.$/)
})

test('a frame of embed.html gets the height of its figure', async () => {
  served = { body: `${script('frames.js')}<iframe id="frame" width="600" title="An attack" src="${b.origin}/embed.html#sample=glioma&view=compare&epsilon=0.01"></iframe>`, policy: strict() }
  const page = await b.page()
  await page.goto(elsewhere)
  const inside = page.frameLocator('#frame')
  await inside.locator('.status').filter({ hasText: 'A change of at most 1%' }).waitFor()
  const wanted = await inside.locator('html').evaluate((html) => html.getBoundingClientRect().height)
  await page.waitForFunction((wanted) => document.querySelector('#frame').height === String(Math.ceil(wanted)), wanted)
  assert.deepEqual(page.complaints, [])
})

test('axe finds no violation in any view, wide and light, narrow and dark', async () => {
  const page = await open(`<seg-fault id="one" sample="meningioma" controls></seg-fault><seg-fault id="two" sample="glioma" view="slider"></seg-fault>
    <seg-fault id="three" view="sweep" sample="pituitary" curves="dice_focal, bce, bce swapped"></seg-fault><seg-fault id="four" sample="glioma" view="panel" epsilon="0.004"></seg-fault>`)
  for (const id of ['#one', '#two', '#three', '#four']) await said(page, id)
  assert.match(await page.locator('#three .status').textContent(), /Cross-entropy, as in the paper: (Dice falls below 0\.5|it is taken for another class) at ε = 0\.\d+\.$/)
  await looked(page, 'figure')
})

test('every figure of the course works, and axe finds no violation in it', async () => {
  const page = await b.page()
  await page.goto(`${b.origin}/course.html`)
  const figures = page.locator('seg-fault')
  assert.equal(await figures.count(), 8, 'as many as the course says')
  for (const figure of await figures.all()) await figure.evaluate((element) => element.start())
  assert.deepEqual(page.complaints, [])
  await looked(page, 'course')
})

test('a page that carries the script in itself attacks when it says where the site is, and otherwise asks for it', async () => {
  const module = Buffer.from(await (await fetch(`${b.origin}/seg-fault.js`)).arrayBuffer()).toString('base64')
  served = { body: `<script type="module" src="data:text/javascript;base64,${module}"></script><seg-fault id="told" site="${b.origin}/" sample="glioma"></seg-fault><seg-fault id="untold" sample="glioma"></seg-fault>` }
  const page = await b.page()
  await page.goto(elsewhere)
  assert.match(await said(page, '#told'), /^A change of at most 0\.9% of the grey range, /)
  const untold = page.locator('#untold')
  assert.match(await untold.evaluate((element) => element.start().catch(({ message }) => message)), /say where the site is: <seg-fault site="https:\/\/HOST\/">$/)
  assert.match(await untold.locator('.status').textContent(), /say where the site is/)
  assert.deepEqual(page.complaints, [])
})
