// Finds a Vulkan driver for Dawn. A machine's own drivers are tried first; on
// one without a GPU, Chromium's SwiftShader will do.
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const manifest = 'vk_swiftshader_icd.json'
const folders = [
  '/usr/lib/chromium', '/usr/lib/chromium-browser', '/usr/lib64/chromium-browser',
  '/opt/google/chrome', '/opt/chromium.org/chromium', '/snap/chromium/current/usr/lib/chromium-browser',
]

/** The path of SwiftShader's manifest, undefined where there is none. */
export function swiftshader() {
  const beside = (process.env.PATH ?? '').split(delimiter)
    .flatMap(folder => ['chromium', 'chromium-browser', 'google-chrome'].map(name => join(folder, name)))
    .filter(existsSync)
    .map(path => dirname(realpathSync(path)))
  return [...folders, ...beside].map(folder => join(folder, manifest)).find(existsSync)
}

/** navigator.gpu from Dawn, or undefined after a word about what is missing. */
export async function openGPU() {
  let dawn
  try {
    dawn = await import('webgpu')
  } catch (error) {
    console.error(`dawn.mjs: no WebGPU: ${error.message}. Run npm ci in build/runner; on Linux, libvulkan.so.1 (package libvulkan1) is needed too.`)
    return undefined
  }
  Object.assign(globalThis, dawn.globals)
  const free = process.platform === 'linux' && !process.env.VK_DRIVER_FILES
  const drivers = !free ? [undefined] : installed() ? [undefined, swiftshader()] : [swiftshader()]
  for (const driver of drivers) {
    if (driver) {
      process.env.VK_DRIVER_FILES = driver
    }
    const gpu = dawn.create(['disable-dawn-features=timestamp_quantization']) // a page's clock is rounded, a test's need not be
    if (await gpu.requestAdapter()) {
      return gpu
    }
  }
  return lacking()
}

/** Whether the system has Vulkan drivers of its own. */
export function installed() {
  return ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']
    .some(folder => existsSync(folder) && readdirSync(folder).length > 0)
}

function lacking() {
  console.error('dawn.mjs: no WebGPU: no Vulkan driver that Dawn accepts. Install chromium (it brings SwiftShader) or Mesa 23 or later, ' +
    'or name a driver in VK_DRIVER_FILES.')
  return undefined
}
