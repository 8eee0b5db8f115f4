// Failures with a code, which says what sort of thing failed to who answers it without reading its sentence; see Code in segfault.d.ts.

/** A failure of ours, of one sentence. */
export class Failure extends Error {
  constructor(code, message, options) {
    super(message, options)
    this.code = code
  }
}

/** A caller's mistake, who gave what cannot be. */
export const misuse = (message) => Object.assign(new TypeError(message), { code: 'bug' })

/** Why a signal has ended a call: its reason, with the code 'cancelled' where it is a DOMException, as it is unless the caller gave another. */
export function left({ reason }) {
  return reason instanceof DOMException ? Object.defineProperty(reason, 'code', { value: 'cancelled' }) : reason
}

/** What a promise brings, unless the signal, if any, ends before. */
export function unless(signal, promise) {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const leave = () => reject(left(signal))
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
