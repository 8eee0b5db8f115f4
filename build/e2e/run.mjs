// Runs all end-to-end tests, three files at once, and first those that take longest, so that no processor waits for the last one.
//
//   node run.mjs

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const longest = ['volume', 'figure', 'firefox', 'page', 'target', 'offline', 'examples', 'export', 'life', 'files', 'webkit'].map((name) => `${name}.test.js`)
const others = readdirSync(folder).filter((name) => name.endsWith('.test.js') && !longest.includes(name))

run({ files: [...longest, ...others].map((name) => join(folder, name)), concurrency: 3, timeout: 900_000 })
  .on('test:fail', () => (process.exitCode = 1))
  .compose(new spec())
  .pipe(process.stdout)
