// TensorFlow.js as a contender: channels last, as its kernels want it.
import '/contender/node_modules/@tensorflow/tfjs/dist/tf.min.js'
import { build, contender, openJob, valuesOf } from './job.mjs'

const packages = '/contender/node_modules/@tensorflow/'
const tf = globalThis.tf

export async function open(backend, directory) {
  await import(`${packages}tfjs-backend-${backend}/dist/tf-backend-${backend}.min.js`)
  if (backend === 'wasm') tf.wasm.setWasmPaths(`${packages}tfjs-backend-wasm/dist/`)
  if (!await tf.setBackend(backend)) throw new Error(`TensorFlow.js has no ${backend} here`)
  await tf.ready()
  const job = await openJob(directory)
  const { size, in: channels, out } = job
  const parameters = new Map()
  const tensor = p => {
    if (!parameters.has(p.offset)) {
      const values = tf.tensor(valuesOf(job, p), p.shape)
      parameters.set(p.offset, tf.keep(p.shape.length === 4 ? tf.transpose(values, [2, 3, 1, 0]) : values))
    }
    return parameters.get(p.offset)
  }
  tf.tidy(() => job.steps.forEach(({ parameters }) => parameters.forEach(tensor)))

  const input = ({ a, b, fields }) => {
    const [, h, w] = a.shape
    const x = fields.Up === 1 ? a : tf.image.resizeNearestNeighbor(a, [h * fields.Up, w * fields.Up])
    return b ? tf.concat([x, b], 3) : x
  }
  const pool = ({ x }) => tf.maxPool(x, 2, 2, 'valid')
  // fused.conv2d is faster, but its gradient always computes the filter's too.
  const fused = {
    conv: o => tf.fused.conv2d({
      x: input(o), filter: tensor(o.weight), strides: 1, pad: 'same', bias: o.bias && tensor(o.bias),
      activation: o.fields.Act ? 'relu' : 'linear',
    }),
    pool,
  }
  const plain = {
    conv(o) {
      let y = tf.conv2d(input(o), tensor(o.weight), 1, 'same')
      if (o.bias) y = tf.add(y, tensor(o.bias))
      return o.fields.Act ? tf.relu(y) : y
    },
    pool,
  }
  const last = (values, c) => tf.transpose(tf.tensor(values, [1, c, size, size]), [0, 2, 3, 1])
  const first = x => tf.transpose(x, [0, 3, 1, 2])
  const target = tf.tidy(() => last(job.target, out))
  const read = async tensors => {
    const values = await Promise.all(tensors.map(t => t.data()))
    tensors.forEach(t => t.dispose())
    return values
  }
  return contender(job, `TensorFlow.js ${backend}`,
    async () => (await read([tf.tidy(() => first(build(job, last(job.image, channels), fused)))]))[0],
    async () => {
      const [logits, gradient] = await read(tf.tidy(() => {
        let logits
        const loss = image => {
          logits = tf.keep(build(job, image, plain)) // the gradient's own tidying would take it
          return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, target)))
        }
        const { grad } = tf.valueAndGrad(loss)(last(job.image, channels))
        const results = [first(logits), first(grad)]
        logits.dispose()
        return results
      }))
      return { logits, gradient }
    })
}
