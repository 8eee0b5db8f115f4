import { openGPU } from './vulkan.mjs'
import { readFileSync, readdirSync } from 'node:fs'
globalThis.setImmediate = (ask) => setTimeout(ask, 1)
const gpu = await openGPU()
const adapter = await gpu.requestAdapter()
const device = await adapter.requestDevice({requiredLimits:{maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize, maxStorageBuffersPerShaderStage: adapter.limits.maxStorageBuffersPerShaderStage}})
const dir = process.argv[2], filter = new RegExp(process.argv[3] ?? '.')
let sum = 0
for (const f of readdirSync(dir).filter(f => filter.test(f)).sort()) {
  const c0 = process.cpuUsage(), t0 = Date.now()
  const module = device.createShaderModule({ code: readFileSync(`${dir}/${f}`, 'utf8') })
  const n = 8
  const entries = Array.from({length: 9}, (_, i) => ({binding: i, visibility: 4, buffer: {type: i == 8 ? 'uniform' : i >= 6 ? 'storage' : 'read-only-storage'}}))
  const layout = device.createPipelineLayout({bindGroupLayouts: [device.createBindGroupLayout({entries})]})
  try { await device.createComputePipelineAsync({ layout, compute: { module, entryPoint: 'main' } }) } catch (e) { console.log(f, e.message) }
  const c = process.cpuUsage(c0)
  sum += (c.user + c.system) / 1e6
  console.log(f.padEnd(45), ((c.user + c.system) / 1e6).toFixed(2), ((Date.now() - t0)/1e3).toFixed(2))
}
console.log('sum', sum.toFixed(2))
process.exit(0)
