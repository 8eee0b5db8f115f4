// Inside the hidden frame: starts the worker for the page that embeds it, and passes messages on. See frame.js.

import { started } from './life.js'

addEventListener('message', ({ data, ports: [port] }) => {
  if (data !== 'segfault' || !port) return
  const worker = started(new URL('worker.js', location.href), { type: 'module' }, () => port.postMessage({ ended: '' }), location.hash === '#whole' ? ' whole' : '')
  let held = false // then a lock tells here of its end, and a sign of life is the frame's
  worker.onmessage = ({ data }) => {
    if (data.held) held = true
    else port.postMessage(data, buffers(data))
  }
  worker.onerror = () => port.postMessage({ failed: true })
  port.onmessage = ({ data }) => {
    if (data.asked && held) port.postMessage({ here: true })
    else worker.postMessage(data, buffers(data))
  }
  port.postMessage('here')
})

/** The buffers of a message's arrays, which are handed on without a copy. */
function buffers(value) {
  if (ArrayBuffer.isView(value)) return [value.buffer]
  return value && typeof value === 'object' ? [...new Set(Object.values(value).flatMap(buffers))] : []
}
