// Privacy that a visitor can check: what the page has fetched, from where, and how to see for oneself that nothing is sent.

import { element } from './element.js'

const ways = [
  'Open the browser’s developer tools, choose Network, and open a scan: no line appears but files of this site.',
  'Switch the network off and go on: once the page has loaded, everything works without it.',
  'Read the page’s Content-Security-Policy: it forbids the browser to connect to anywhere but this site.',
]

/** Fills the panel; requests() gives what the engine's worker has fetched. */
export function privacy(box, requests) {
  const summary = element('summary', {}, 'Nothing you open here is sent anywhere')
  const sentence = element('p', { class: 'fact', role: 'status' })
  const log = element('ol', { class: 'log' })
  const panel = element('details', {}, summary,
    element('p', {}, 'Scans, masks and models that you open are read by this page on this computer. How to check that:'),
    element('ul', {}, ...ways.map((way) => element('li', {}, way))),
    sentence,
    element('details', {}, element('summary', {}, 'All that was fetched'), log))
  box.append(panel)

  const own = new Set()
  const refused = new Set()
  const show = () => {
    const all = [...new Set([...own, ...requests()])]
    const elsewhere = all.filter((address) => !['blob:', 'data:'].some((kind) => address.startsWith(kind)) && new URL(address).origin !== location.origin)
    sentence.textContent = `Since it was opened the page has fetched ${all.length} files of this site, and asked any other for ` +
      `${elsewhere.length ? elsewhere.join(', ') : 'nothing'}.${refused.size ? ` The policy has refused ${[...refused].join(', ')}.` : ''}`
    log.replaceChildren(...all.map((address) => element('li', {}, short(address))))
  }
  new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) own.add(name)
    if (panel.open) show()
  }).observe({ type: 'resource', buffered: true })
  addEventListener('securitypolicyviolation', ({ blockedURI }) => {
    refused.add(blockedURI)
    if (panel.open) show()
  })
  panel.addEventListener('toggle', show)
}

/** An address of this site without what all of them share. */
function short(address) {
  const base = new URL('.', location.href).href
  return address.startsWith(base) ? address.slice(base.length) : address
}
