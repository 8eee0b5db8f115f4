// Read-only files for Go in the page: what os.Stat, os.ReadFile and os.Getwd
// need, fetched from chromium.mjs, which serves the repository and the shared
// folder beside it.

const fail = code => Object.assign(new Error(code), { code })

async function stat(path) {
  const answer = await fetch('stat?' + encodeURIComponent(path))
  if (answer.status !== 200) {
    throw fail('ENOENT')
  }
  const { size, mode, directory } = await answer.json()
  const zero = { dev: 0, ino: 0, nlink: 1, uid: 0, gid: 0, rdev: 0, atimeMs: 0, mtimeMs: 0, ctimeMs: 0 }
  return { ...zero, size, mode, blksize: 4096, blocks: Math.ceil(size / 512), isDirectory: () => directory }
}

/** Gives Go's file system the methods that reading takes. */
export function installFiles(directory) {
  const opened = new Map() // by descriptor; 0 to 2 are the standard streams
  let next = 3
  const answer = (promise, callback) => promise.then(value => callback(null, value), callback)
  const find = fd => opened.get(fd) ?? Promise.reject(fail('EBADF'))
  globalThis.process.cwd = () => directory
  Object.assign(globalThis.fs, {
    stat: (path, callback) => answer(stat(path), callback),
    lstat: (path, callback) => answer(stat(path), callback),
    open(path, flags, mode, callback) {
      answer((async () => {
        const file = { path, at: 0, stat: await stat(path) }
        if (!file.stat.isDirectory()) {
          file.bytes = new Uint8Array(await (await fetch('file?' + encodeURIComponent(path))).arrayBuffer())
        }
        opened.set(next, file)
        return next++
      })(), callback)
    },
    fstat: (fd, callback) => answer((async () => (await find(fd)).stat)(), callback),
    read(fd, buffer, offset, length, position, callback) {
      answer((async () => {
        const file = await find(fd)
        const from = position ?? file.at
        const part = file.bytes.subarray(from, from + length)
        buffer.set(part, offset)
        if (position === null) {
          file.at += part.length
        }
        return part.length
      })(), callback)
    },
    close(fd, callback) {
      opened.delete(fd)
      callback(null)
    },
  })
}
