// jax-js as a contender.
import * as jax from '/contender/node_modules/@jax-js/jax/dist/index.js'
import { build, contender, openJob, valuesOf } from './job.mjs'

const { jit, lax, nn, numpy: np } = jax

export async function open(backend, directory) {
  const ready = await jax.init(backend)
  if (!ready.includes(backend)) throw new Error(`jax-js has no ${backend} here`)
  jax.defaultDevice(backend)
  const job = await openJob(directory)
  const { size, in: channels, out } = job
  const arrays = new Map(job.steps.flatMap(({ parameters }) => parameters)
    .map(p => [p.offset, np.array(valuesOf(job, p)).reshape(p.shape)]))
  const array = ({ offset }) => arrays.get(offset).ref
  const upsample = (x, times) => times === 1 ? x : np.repeat(np.repeat(x, times, 2), times, 3)
  const network = image => {
    return build(job, image, {
      conv({ a, b, weight, bias, fields }) {
        let x = upsample(a.ref, fields.Up)
        if (b) x = np.concatenate([x, b.ref], 1)
        let y = lax.convGeneralDilated(x, array(weight), [1, 1], [[fields.Top, fields.Top], [fields.Top, fields.Top]])
        if (bias) y = y.add(array(bias).reshape([1, fields.Cout, 1, 1]))
        return fields.Act ? nn.relu(y) : y
      },
      pool: ({ x }) => {
        const [n, c, h, w] = x.shape
        return np.max(x.ref.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5])
      },
    })
  }
  const target = np.array(job.target).reshape([1, out, size, size])
  const loss = image => {
    const logits = network(image)
    // max(x, 0) − x·t + ln(1 + e^−|x|)
    const terms = nn.softplus(logits.ref).sub(logits.ref.mul(target.ref))
    return [np.mean(terms), logits]
  }
  const image = () => np.array(job.image).reshape([1, channels, size, size])
  const forward = jit(network)
  const both = jit(jax.valueAndGrad(loss, { hasAux: true }))
  return contender(job, `jax-js ${backend}`,
    async () => await forward(image()).data(),
    async () => {
      const [[value, logits], gradient] = both(image())
      const result = { logits: await logits.data(), gradient: await gradient.data() }
      value.dispose()
      return result
    })
}
