// Workers without a browser: what they were sent, what they say, and their end.

export class Worker {
  sent = []
  ended = false

  postMessage(message, transfer = []) {
    this.sent.push(structuredClone(message, { transfer }))
    this.heard?.(this.sent.at(-1))
  }

  terminate() {
    this.ended = true
  }

  /** A message to the page. */
  say(data) {
    if (!this.ended) this.onmessage({ data: structuredClone(data) })
  }
}
