// Runs end-to-end tests, all or those that are named, three files at once, and first those that take longest, so that no processor waits for the last one.
//
//   node run.mjs [page volume ...]

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const longest = ['volume', 'figure', 'firefox', 'page', 'target', 'offline', 'examples', 'export', 'life', 'files', 'webkit'].map((name) => `${name}.test.js`)
const all = [...new Set([...longest, ...readdirSync(folder).filter((name) => name.endsWith('.test.js'))])]
const asked = process.argv.slice(2).map((name) => `${name.replace(/\.test\.js$/, '')}.test.js`)
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. Name some of: ${all.map((name) => name.replace('.test.js', '')).join(' ')}`)
  process.exit(2)
}
const chosen = asked.length > 0 ? all.filter((name) => asked.includes(name)) : all

run({ files: chosen.map((name) => join(folder, name)), concurrency: 3, timeout: 900_000 })
  .on('test:fail', () => (process.exitCode = 1))
  .compose(new spec())
  .pipe(process.stdout)
