// Firefox with its WebGPU, on the software driver that comes with Chromium where the machine has no other.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import puppeteer from 'puppeteer-core'
import { installed, swiftshader } from '../runner/vulkan.mjs'

/** An open Firefox, or undefined where there is none: then the test is skipped, or fails where CI is set. */
export async function openFirefox(t) {
  const path = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => ['firefox-esr', 'firefox'].map((name) => join(folder, name))).find(existsSync)
  if (!path) {
    if (process.env.CI) throw new Error('no Firefox on the PATH: install it (package firefox-esr)')
    t.skip('no Firefox on the PATH')
    return undefined
  }
  const software = process.platform === 'linux' && !process.env.VK_DRIVER_FILES && !installed() ? { VK_DRIVER_FILES: swiftshader() } : {}
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: path,
    headless: true,
    env: { ...process.env, ...software },
    protocolTimeout: 240_000,
    extraPrefsFirefox: { // on Linux its WebGPU is behind these
      'dom.webgpu.enabled': true,
      'dom.webgpu.workers.enabled': true,
      'gfx.webgpu.ignore-blocklist': true,
    },
  })
}
