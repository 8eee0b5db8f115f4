// The job's network as an ONNX model, forward or with the gradient of the mean binary cross-entropy written out.
import { build, valuesOf } from './job.mjs'

// Just enough of Protocol Buffers to write a ModelProto: fields are [number, value].
const utf8 = new TextEncoder()

function varint(n) {
  const bytes = []
  for (let v = BigInt.asUintN(64, BigInt(n)); ; v >>= 7n) {
    if (v < 128n) return [...bytes, Number(v)]
    bytes.push(Number(v & 127n) | 128)
  }
}

function concat(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0)
  return all
}

/** Integers become varints, everything else has its length before it. */
function message(...fields) {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [varint(number << 3), varint(value)]
    const bytes = typeof value === 'string' ? utf8.encode(value) : value
    return [varint(number << 3 | 2), varint(bytes.length), bytes]
  })
  return concat(parts)
}

const FLOAT = 1
const INT64 = 7

const bytesOf = array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
const tensor = (name, shape, values) => message(
  ...shape.map(n => [1, n]), [2, values instanceof BigInt64Array ? INT64 : FLOAT], [8, name], [9, bytesOf(values)])
const info = (name, shape) => message([1, name], [2, message([1, message([1, FLOAT], [2, message(...shape.map(n => [1, message([1, n])]))])])])

function attribute(name, value) {
  if (Array.isArray(value)) return message([1, name], ...value.map(n => [8, n]), [20, 7])
  if (typeof value === 'string') return message([1, name], [4, value], [20, 3])
  return message([1, name], [3, value], [20, 2])
}

/** A graph in the making. */
class Graph {
  nodes = []
  initializers = new Map()
  count = 0

  constant(values, shape = []) {
    const name = `constant ${values} ${shape}`
    this.initializers.set(name, tensor(name, shape, values))
    return name
  }

  parameter(job, p) {
    const name = `weights ${p.offset}`
    this.initializers.set(name, tensor(name, p.shape, valuesOf(job, p)))
    return name
  }

  op(type, inputs, attributes = {}, outputs = [`value ${this.count++}`]) {
    this.nodes.push(message(...inputs.map(x => [1, x]), ...outputs.map(y => [2, y]), [4, type],
      ...Object.entries(attributes).map(([name, value]) => [5, attribute(name, value)])))
    return outputs[0]
  }

  resize(x, times) {
    return this.op('Resize', [x, '', this.constant(new Float32Array([1, 1, times, times]), [4])],
      { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' })
  }

  split(x, sizes) {
    const parts = sizes.map(() => `value ${this.count++}`)
    this.op('Split', [x, this.constant(BigInt64Array.from(sizes, BigInt), [sizes.length])], { axis: 1 }, parts)
    return parts
  }
}

export function encodeModel(job, gradient) {
  const g = new Graph()
  const tape = []
  const logits = build(job, 'image', {
    conv(o) {
      const { a, b, weight, bias, fields } = o
      let x = fields.Up === 1 ? a : g.resize(a, fields.Up)
      if (b) x = g.op('Concat', [x, b], { axis: 1 })
      const inputs = [x, g.parameter(job, weight), ...bias ? [g.parameter(job, bias)] : []]
      const pads = Array(4).fill(fields.Top)
      let y = g.op('Conv', inputs, { kernel_shape: [fields.KH, fields.KW], pads })
      if (fields.Act) y = g.op('Relu', [y])
      tape.push({ y, reads: b ? [a, b] : [a], back: dy => convBackward(g, job, o, y, dy) })
      return y
    },
    pool({ x }) {
      const y = g.op('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] })
      // Ties between positive values are rare, and those between zeros are gated by the ReLU before.
      tape.push({ y, reads: [x], back: dy => [g.op('Where', [g.op('Equal', [x, g.resize(y, 2)]), g.resize(dy, 2), g.constant(new Float32Array([0]))])] })
      return y
    },
  })
  const { size, in: channels, out } = job
  const inputs = [info('image', [1, channels, size, size])]
  const outputs = [info('logits', [1, out, size, size])]
  g.op('Identity', [logits], {}, ['logits'])
  if (gradient) {
    inputs.push(info('target', [1, out, size, size]))
    outputs.push(info('gradient', [1, channels, size, size]))
    const sum = new Map()
    sum.set(logits, g.op('Mul', [g.op('Sub', [g.op('Sigmoid', [logits]), 'target']), g.constant(new Float32Array([1 / job.target.length]))]))
    for (const { y, reads, back } of tape.reverse()) {
      back(sum.get(y)).forEach((d, i) => sum.set(reads[i], sum.has(reads[i]) ? g.op('Add', [sum.get(reads[i]), d]) : d))
    }
    g.op('Identity', [sum.get('image')], {}, ['gradient'])
  }
  const graph = message(...g.nodes.map(n => [1, n]), [2, 'job'], ...[...g.initializers.values()].map(t => [5, t]),
    ...inputs.map(i => [11, i]), ...outputs.map(o => [12, o]))
  return message([1, 8], [7, graph], [8, message([2, 13])])
}

/** The gradients of what a convolution reads. */
function convBackward(g, job, { b, weight, fields }, y, dy) {
  if (fields.Act) dy = g.op('Where', [g.op('Greater', [y, g.constant(new Float32Array([0]))]), dy, g.constant(new Float32Array([0]))])
  const dx = g.op('ConvTranspose', [dy, g.parameter(job, weight)], { kernel_shape: [fields.KH, fields.KW], pads: Array(4).fill(fields.Top) })
  const [da, ...rest] = b ? g.split(dx, [fields.Ca, fields.Cb]) : [dx]
  if (fields.Up === 1) return [da, ...rest]
  const mean = g.op('AveragePool', [da], { kernel_shape: [fields.Up, fields.Up], strides: [fields.Up, fields.Up] })
  return [g.op('Mul', [mean, g.constant(new Float32Array([fields.Up ** 2]))]), ...rest]
}
