// Inside the hidden frame: starts the worker for the page that embeds it, and passes messages on. See frame.js.

addEventListener('message', ({ data, ports: [port] }) => {
  if (data !== 'segfault' || !port) return
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }) => port.postMessage(data, buffers(data))
  worker.onerror = () => port.postMessage({ ended: 'segfault: the engine could not be started; use a browser of 2023 or later.' })
  port.onmessage = ({ data }) => worker.postMessage(data, buffers(data))
  port.postMessage('here')
})

/** The buffers of a message's arrays, which are handed on without a copy. */
function buffers(value) {
  if (ArrayBuffer.isView(value)) return [value.buffer]
  return value && typeof value === 'object' ? [...new Set(Object.values(value).flatMap(buffers))] : []
}
