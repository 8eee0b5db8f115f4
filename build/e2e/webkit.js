// WebKitGTK, a stand-in for Safari, driven as the W3C's WebDriver has it, on a screen that nobody sees.

import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

const browser = readdirSync('/usr/lib', { withFileTypes: true }).filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => ['4.1', '4.0', '6.0'].map((version) => join('/usr/lib', name, version === '6.0' ? `webkitgtk-${version}` : `webkit2gtk-${version}`, 'MiniBrowser'))).find(existsSync)

/** An open WebKit, or undefined where there is none: then the test is skipped, or fails where CI is set. */
export async function openWebKit(t) {
  if (!browser || !['WebKitWebDriver', 'xvfb-run'].every((tool) => existsSync(join('/usr/bin', tool)))) {
    if (process.env.CI) throw new Error('no WebKit: install it (packages webkit2gtk-driver, xvfb, xauth)')
    t.skip('WebKit is not installed')
    return undefined
  }
  const port = await freePort()
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], { stdio: 'ignore', detached: true, env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } })
  t.after(() => process.kill(-driver.pid))

  /** One command; what the driver refuses is an error. */
  const command = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body), headers: { 'content-type': 'application/json' } })
    const { value } = await response.json()
    if (value?.error) throw new Error(`${value.error}: ${value.message}`)
    return value
  }
  await answering(() => command('GET', '/status'))
  const options = { binary: browser, args: ['--automation'] }
  const { sessionId } = await command('POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } })
  const session = `/session/${sessionId}`
  t.after(() => command('DELETE', session).catch(() => {}))
  await command('POST', `${session}/timeouts`, { script: 120_000, pageLoad: 60_000 })
  return {
    goto: (url) => command('POST', `${session}/url`, { url }),
    /** What an async function gives that is run in the page. */
    async evaluate(fn, ...args) {
      const script = `const done = arguments[arguments.length - 1]; (${fn})(...[...arguments].slice(0, -1)).then((value) => done({ value }), (error) => done({ error: String(error) }))`
      const { value, error } = await command('POST', `${session}/execute/async`, { script, args })
      if (error) throw new Error(error)
      return value
    },
    async screenshot() {
      return Buffer.from(await command('GET', `${session}/screenshot`), 'base64')
    },
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Asks until there is an answer, for at most half a minute. */
async function answering(ask) {
  for (const end = Date.now() + 30_000; ; ) {
    try {
      return await ask()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((again) => setTimeout(again, 100))
    }
  }
}
