// ONNX Runtime Web as a contender. It has no autodiff: the backward pass is written out in onnx-model.mjs.
import { contender, openJob } from './job.mjs'
import { encodeModel } from './onnx-model.mjs'

const folder = '/contender/node_modules/onnxruntime-web/dist/'

export async function open(backend, directory) {
  const ort = await import(`${folder}ort.${backend}.bundle.min.mjs`)
  ort.env.wasm.wasmPaths = folder
  ort.env.wasm.numThreads = 1 // a static host sets no headers for more
  const job = await openJob(directory)
  const { size, in: channels, out } = job
  const session = gradient => ort.InferenceSession.create(encodeModel(job, gradient), { executionProviders: [backend] })
  const forward = await session(false)
  let gradient // made when first asked for
  const image = new ort.Tensor('float32', job.image, [1, channels, size, size])
  const target = new ort.Tensor('float32', job.target, [1, out, size, size])
  return contender(job, `ONNX Runtime Web ${backend}`,
    async () => (await forward.run({ image })).logits.data,
    async () => {
      gradient ??= await session(true)
      const results = await gradient.run({ image, target })
      return { logits: results.logits.data, gradient: results.gradient.data }
    })
}
