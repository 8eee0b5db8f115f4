// A headless Chromium with WebGPU, and a server for the one page that it shows.
//
// CHROMIUM names the browser where it is not on the PATH.
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve, sep } from 'node:path'
import { quit } from './go.mjs'

function browserPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  const path = process.env.CHROMIUM ||
    (process.env.PATH ?? '').split(delimiter).flatMap(folder => names.map(name => join(folder, name))).find(existsSync)
  return path ?? quit('no Chromium on the PATH: install it (package chromium) or name it in CHROMIUM')
}

/** Opens an empty page; answer(path, query) gives what the server sends, as [type, body, more headers]. */
export async function openBrowser(answer) {
  const { chromium } = await import('playwright-core').catch(error => quit(`${error.message}: run npm ci in build/runner`))
  const server = createServer(async (request, response) => {
    const [path, query] = request.url.split('?')
    const [type, body, headers] = await answer(path, decodeURIComponent(query ?? '')) ?? []
    const status = type ? 200 : 204 // Chromium would log a 404, and a program may well ask for what is absent
    response.writeHead(status, { 'content-type': type ?? 'text/plain', 'cache-control': 'no-store', ...headers })
    response.end(body)
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  const profile = mkdtempSync(join(tmpdir(), 'segfault-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath(),
    headless: true,
    args: [
      '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--enable-unsafe-webgpu',
    ],
  })
  return {
    context,
    profile,
    page: context.pages()[0] ?? await context.newPage(),
    url: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      await context.close().catch(() => {})
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 }) // the browser may still be writing
    },
  }
}

/** Answers what files.mjs asks of files below some folders: their metadata or their bytes. */
export function serveFiles(folders) {
  const readable = folders.filter(folder => existsSync(folder)).map(folder => realpathSync(folder))
  return (question, path) => {
    try {
      const real = realpathSync(resolve(path))
      if (!readable.some(folder => real === folder || real.startsWith(folder + sep))) {
        return undefined
      }
      if (question === '/file') {
        return ['application/octet-stream', readFileSync(real)]
      }
      const { size, mode } = statSync(real)
      return ['application/json', JSON.stringify({ size, mode, directory: statSync(real).isDirectory() })]
    } catch {
      return undefined // as good as absent
    }
  }
}
