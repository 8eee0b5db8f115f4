import { bench } from './bench.js'
const b = await bench()
const page = await b.page()
page.on('console', (m) => console.log(m.text().slice(0, 300)))
await page.route('**/engine/worker.js', async (route) => {
  const response = await route.fetch()
  await route.fulfill({ response, body: `${await response.text()}
    { const info = { vendor: 'test', architecture: '', device: '', description: '', isFallbackAdapter: false }
    Object.defineProperty(GPUAdapter.prototype, 'info', { get: () => info })
    Object.defineProperty(GPUSupportedLimits.prototype, 'maxComputeInvocationsPerWorkgroup', { get: () => 64 })
    const t0 = performance.now()
    let n = 0, sum = 0, last = 0
    for (const name of ['createComputePipelineAsync']) {
      const f = GPUDevice.prototype[name]
      GPUDevice.prototype[name] = function (d) { const s = performance.now(); n++; const p = f.call(this, d); Promise.resolve(p).then(() => { const e = performance.now(); console.log((e - t0).toFixed(0), 'pipeline', d.label, (e - s).toFixed(0)) }); return p }
    }
    let w = 0, ws = 0
    const map = GPUBuffer.prototype.mapAsync
    GPUBuffer.prototype.mapAsync = function (...o) { const s = performance.now(); const p = map.apply(this, o); p.then(() => { w++; ws += performance.now() - s; if (w % 20 === 0) console.log((performance.now() - t0).toFixed(0), 'maps', w, ws.toFixed(0)) }); return p }
    setInterval(() => console.log((performance.now() - t0).toFixed(0), 'maps', w, ws.toFixed(0)), 2000) }
  ` })
})
await page.goto(`${b.origin}/release.json`)
const info = await page.evaluate(async () => { const { open } = await import('/segfault.js'); const t = performance.now(); const lab = await open({ backend: 'auto' }); return [lab.info.reason, performance.now() - t] })
console.log(info)
await b.close()
