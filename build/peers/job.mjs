// The job in a page (build/bench/files.go), and how a peer does its tasks.

const read = (directory, name) => fetch('/file?' + encodeURIComponent(`${directory}/${name}`))

/** Fetches the job: its description and its arrays. */
export async function openJob(directory) {
  const job = await (await read(directory, 'job.json')).json()
  await Promise.all(['weights', 'image', 'target', 'logits', 'gradient'].map(async name => {
    job[name] = new Float32Array(await (await read(directory, `${name}.f32`)).arrayBuffer())
  }))
  return job
}

/** The values of a parameter. */
export function valuesOf(job, { shape, offset }) {
  return job.weights.subarray(offset, offset + shape.reduce((a, b) => a * b, 1))
}

/** Whether windows move by this stride and padding in both directions, without dilation. */
function moves(fields, stride, pad) {
  return fields.StrideH === stride && fields.StrideW === stride && fields.DilationH * fields.DilationW === 1 &&
    ['Top', 'Left', 'Bottom', 'Right'].every(side => fields[side] === pad)
}

/**
 * Walks through the forward pass. ops.conv takes { a, b, weight, bias, fields }, with b and bias undefined where there is
 * none, ops.pool takes { x, fields }; both return a value.
 */
export function build(job, image, ops) {
  const values = [image]
  for (const { kernel, fields, inputs, parameters } of job.steps) {
    const [a, b] = inputs.map(i => values[i])
    if (kernel === 'conv2d' && fields.Groups === 1 && moves(fields, 1, fields.Top)) {
      const [weight, bias] = parameters
      values.push(ops.conv({ a, b: fields.Cb ? b : undefined, weight, bias: fields.Bias ? bias : undefined, fields }))
    } else if (kernel === 'max_pool2d' && fields.KH === 2 && fields.KW === 2 && moves(fields, 2, 0)) {
      values.push(ops.pool({ x: a, fields }))
    } else {
      throw new Error(`the peers cannot compute ${kernel} with ${JSON.stringify(fields)}; take a model with a VGG encoder`)
    }
  }
  return values.at(-1)
}

/** A peer from its two functions, which give logits, and logits and gradient, all of them Float32Array. */
export function contender(job, device, forward, gradient) {
  return async task => {
    const began = performance.now()
    const took = () => performance.now() - began
    switch (task) {
      case 'forward':
        await forward()
        return { ms: took() }
      case 'gradient':
        await gradient()
        return { ms: took() }
      case 'device':
        return { device }
      case 'check':
        return { check: compare(job, await forward(), (await gradient()).gradient) }
      case 'probe': // of the device, not of the runtime: our own engine measures it
        return {}
      default:
        throw new Error(`unknown task ${task}`)
    }
  }
}

function compare(job, logits, gradient) {
  const agree = job.gradient.reduce((sum, want, i) => sum + (Math.sign(want) === Math.sign(gradient[i])), 0)
  return {
    logits: difference(logits, job.logits),
    gradient: difference(gradient, job.gradient),
    signs: agree / gradient.length,
  }
}

/** ‖got − want‖ / ‖want‖. */
function difference(got, want) {
  let sum = 0
  let norm = 0
  want.forEach((w, i) => {
    sum += (got[i] - w) ** 2
    norm += w ** 2
  })
  return Math.sqrt(sum / norm)
}
