import { bench, settled } from './bench.js'
const site = await bench()
for (let i = 0; i < 2; i++) { const p = await site.page(); await p.goto(site.paper); await settled(p) }
const page = await site.page()
await site.browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-v8.compile', 'v8.wasm', 'disabled-by-default-v8.wasm.detailed', 'v8', 'blink', 'disabled-by-default-v8.gc', 'cc', 'viz', '__metadata'] })
await page.goto(site.paper); await settled(page); await page.waitForTimeout(500)
const { traceEvents } = JSON.parse(await site.browser.stopTracing())
const names = {}, threads = {}
for (const e of traceEvents) { if (e.name === 'thread_name') threads[e.pid + '/' + e.tid] = e.args.name; if (e.name === 'process_name') names[e.pid] = e.args.name }
// self time by tdur
const by = {}
const groups = {}
for (const e of traceEvents) if (e.ph === 'X' && e.dur) (groups[e.pid + '/' + e.tid] ??= []).push(e)
for (const [key, list] of Object.entries(groups)) {
  list.sort((a, b) => a.ts - b.ts || b.dur - a.dur)
  const stack = []
  for (const e of list) {
    while (stack.length && stack.at(-1).ts + stack.at(-1).dur <= e.ts) stack.pop()
    const d = e.tdur ?? e.dur
    e.self = d
    if (stack.length) stack.at(-1).self -= d
    stack.push(e)
  }
  for (const e of list) { const k = (names[key.split('/')[0]] ?? '?') + ' ' + (threads[key] ?? key) + ' | ' + e.name; by[k] = (by[k] ?? 0) + e.self / 1000 }
}
for (const [k, v] of Object.entries(by).sort((a, b) => b[1] - a[1]).slice(0, 45)) console.log(v.toFixed(0).padStart(6), 'ms', k)
const tot = {}; for (const [k, v] of Object.entries(by)) { const t = k.split(' | ')[0]; tot[t] = (tot[t] ?? 0) + v }
for (const [k, v] of Object.entries(tot).sort((a, b) => b[1] - a[1]).slice(0, 14)) console.log('TOTAL', v.toFixed(0), k)
await site.close()
