import { bench } from './bench.js'
const b = await bench()
const page = await b.page()
await page.route('**/engine/worker.js', async (route) => {
  const response = await route.fetch()
  await route.fulfill({ response, body: `${await response.text()}\n let ]` })
})
await page.goto(`${b.origin}/release.json`)
console.log(await Promise.race([page.evaluate(async () => { const { open } = await import('/segfault.js'); return open({ backend: 'auto' }).then(() => 'opened', (e) => e.message) }), new Promise((r) => setTimeout(r, 60000, 'hangs'))]))
await b.close()
