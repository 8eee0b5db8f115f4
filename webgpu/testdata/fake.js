// A GPUDevice that copies between buffers, computes nothing, and tells of what happens when a test wants it told:
//
//   late      its promises of work and of mappings settle at this many submissions after their own
//   costs     what a shader takes by the device's clock, in nanoseconds, and clock.tick, what that is rounded to
//   calls     how often it was asked for what, by name; of submissions those that submit something, and how many promises it gave
//   die()     from now on it does nothing; play(events) then tells of it, one event after another
(features) => {
  const waiting = []
  const promise = (settled = () => {}) => new Promise((resolve, reject) => {
    device.calls.promise++
    waiting.push({ left: device.late, resolve: () => resolve(settled()), reject })
    submitted(0)
  })
  const submitted = (n) => {
    for (const one of waiting) one.left -= n
    while (!device.dead && waiting[0]?.left <= 0) waiting.shift().resolve()
  }
  let tell
  const device = {
    features: new Set(features),
    late: 0,
    calls: { submit: 0, writeBuffer: 0, mapAsync: 0, createBindGroup: 0, createBuffer: 0, promise: 0 },
    costs: {},
    clock: { now: 0, tick: 1 },
    dead: false,
    lost: new Promise((resolve) => (tell = resolve)),
    events: {
      lost: () => tell({ reason: 'unknown', message: 'for a test' }),
      settled: () => waiting.splice(0).forEach(({ resolve }) => resolve()),
      refused: () => waiting.splice(0).forEach(({ reject }) => reject(new Error('Buffer unmapped'))),
    },
    die() {
      device.dead = true
    },
    async play(events) {
      for (const event of events) {
        await new Promise((done) => setTimeout(done))
        device.events[event]()
      }
    },

    queue: {
      submit(buffers) {
        if (buffers.length) device.calls.submit++
        if (!device.dead) for (const commands of buffers) for (const command of commands) command()
        submitted(1)
      },
      writeBuffer(buffer, at, bytes) {
        device.calls.writeBuffer++
        if (!device.dead) buffer.bytes.set(bytes, at)
      },
      onSubmittedWorkDone: () => promise(),
    },
    createBuffer({ size }) {
      device.calls.createBuffer++
      const buffer = {
        size,
        bytes: new Uint8Array(size),
        mapState: 'unmapped',
        mapAsync() {
          device.calls.mapAsync++
          return promise(() => void (buffer.mapState = 'mapped'))
        },
        getMappedRange: () => buffer.bytes.buffer,
        unmap: () => void (buffer.mapState = 'unmapped'),
        destroy() {},
      }
      return buffer
    },
    createQuerySet: ({ count }) => ({ times: new BigUint64Array(count), destroy() {} }),
    createCommandEncoder() {
      const commands = []
      return {
        beginComputePass({ timestampWrites: stamps } = {}) {
          const stamp = (at) => commands.push(() => stamps && (stamps.querySet.times[stamps[at]] = BigInt(Math.floor(device.clock.now / device.clock.tick) * device.clock.tick)))
          let shader
          stamp('beginningOfPassWriteIndex')
          return {
            setPipeline: ({ label }) => (shader = label),
            setBindGroup() {},
            dispatchWorkgroups: () => commands.push(((of) => () => (device.clock.now += device.costs[of] ?? 0))(shader)),
            end: () => stamp('endOfPassWriteIndex'),
          }
        },
        resolveQuerySet: (queries, from, count, buffer) => commands.push(() => new BigUint64Array(buffer.bytes.buffer).set(queries.times)),
        copyBufferToBuffer: (from, at, to, into, size) => commands.push(() => to.bytes.set(from.bytes.subarray(at, at + size), into)),
        finish: () => commands,
      }
    },
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createShaderModule: () => ({}),
    createBindGroup() {
      device.calls.createBindGroup++
      return {}
    },
    createComputePipelineAsync: async ({ label }) => ({ label }),
    pushErrorScope() {},
    popErrorScope: async () => null,
    addEventListener() {},
    destroy() {},
  }
  return device
}
