// What is tried in every browser, as functions that are run in a page.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'

/** The page's numbers of a sample, of a file that is dropped, given in base64, and of Compare with one model and one loss. */
export async function tour(file) {
  const text = (id) => document.querySelector(id).textContent
  const until = async (done) => {
    while (!done()) {
      if (!document.querySelector('#alert').hidden) throw new Error(text('#alert-text'))
      await new Promise((again) => setTimeout(again, 50))
    }
  }
  const attacked = async () => {
    await until(() => document.querySelector('#engine').dataset.state === 'ready' && text('#dice-after') !== '–' && text('#finding'))
    return ['#dice-before', '#dice-after'].map((id) => Number(text(id)) || 0)
  }
  const sample = await attacked()
  const transfer = new DataTransfer()
  transfer.items.add(new File([Uint8Array.from(atob(file), (c) => c.charCodeAt(0))], 'scan.jpg'))
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
  await until(() => text('#scan-facts').startsWith('JPEG'))
  const dropped = await attacked()
  location.hash = '#view=compare'
  await until(() => document.querySelectorAll('#compare-models [name=model]').length > 1 && !document.querySelector('#compare').hidden)
  for (const name of ['model', 'loss']) document.querySelectorAll(`#compare-ask [name=${name}]`).forEach((input, k) => (input.checked = k === 0))
  document.querySelector('#compare-ask').requestSubmit()
  await until(() => /\d/.test(text('#compare-finding')))
  return { sample, dropped, compared: [...document.querySelectorAll('#compare-table td')].map((cell) => Number(cell.textContent) || 0) }
}

/** The page's Dice before and after, once it has kept itself for use without a network; without waiting for that if it was kept before. */
async function kept(before) {
  const text = (id) => document.querySelector(id).textContent
  while (document.querySelector('#engine').dataset.state !== 'ready' || text('#dice-after') === '–' || (!before && !text('#offline').startsWith('Kept'))) {
    await new Promise((again) => setTimeout(again, 50))
  }
  return ['#dice-before', '#dice-after'].map((id) => Number(text(id)))
}

/** The site on a host that goes away when it is left: { address, leave }. */
async function host(t, origin) {
  const server = createServer(async ({ url }, response) => {
    const from = await fetch(origin + url)
    response.writeHead(from.status, { 'content-type': from.headers.get('content-type') }).end(Buffer.from(await from.arrayBuffer()))
  })
  const leave = () => {
    server.closeAllConnections()
    server.close()
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(leave)
  return { address: `http://127.0.0.1:${server.address().port}/`, leave }
}

/** Visits a site with a page of some browser, which must have the same without a network afterwards. */
export async function revisited(t, page, origin, query) {
  const { address, leave } = await host(t, origin)
  await page.goto(address + query)
  const seen = await page.evaluate(kept, false)
  leave()
  await page.goto('about:blank')
  await page.goto(address + query)
  assert.deepEqual(await page.evaluate(kept, true), seen, 'the same without a network')
}

/** The Dice that the figure of a page has come to. */
export async function figured() {
  const figure = document.querySelector('seg-fault')
  while (!figure.fault) await new Promise((again) => setTimeout(again, 50))
  return figure.fault.metrics.dice.union
}

/** A page of another origin with a figure of the site, until the test has ended. */
export async function elsewhere(t, origin, model) {
  const page = `<!doctype html><title>Elsewhere</title><script type="module" src="${origin}/seg-fault.js"></script><seg-fault sample="glioma" model="${model}"></seg-fault>`
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${server.address().port}/`
}

/** Whether numbers are the same but for roundings, in the shape of the first. */
export function alike(one, other) {
  if (typeof one === 'number') return Math.abs(one - other) <= 0.002
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => alike(one[key], other[key]))
}
