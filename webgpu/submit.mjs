// The hot path of a run, in one call from Go: a call of every method from there
// costs about as much as what it does.

/**
 * Encodes and submits the steps of a plan in one pass.
 * @param {GPUDevice} device
 * @param {Array} steps as for encodeSteps
 */
globalThis.submitSteps = (device, steps) => {
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  encodeSteps(pass, steps, 1)
  pass.end()
  device.queue.submit([encoder.finish()])
}

/**
 * Encodes steps into a pass.
 * @param {GPUComputePassEncoder} pass
 * @param {Array} steps five entries a step: pipeline, bind group and workgroups in x, y and z
 * @param {number} times how often
 */
globalThis.encodeSteps = (pass, steps, times) => {
  while (times-- > 0) {
    for (let i = 0; i < steps.length; i += 5) {
      pass.setPipeline(steps[i])
      pass.setBindGroup(0, steps[i + 1])
      pass.dispatchWorkgroups(steps[i + 2], steps[i + 3], steps[i + 4])
    }
  }
}
