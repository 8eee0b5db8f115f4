#!/usr/bin/env node
// Copies what the module and the element fetch (engine, models, posters) to where an application serves files as they are.

import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [to, ...rest] = process.argv.slice(2)
if (!to || to.startsWith('-') || rest.length > 0) {
  console.error('usage: npx seg-fault FOLDER, such as public/segfault: copies there what open({ site }) and <seg-fault site> fetch')
  process.exit(2)
}
if (existsSync(to) && !existsSync(join(to, 'release.json'))) {
  console.error(`seg-fault: ${to} is there and holds something else; name a folder that is not there yet`)
  process.exit(1)
}
rmSync(to, { recursive: true, force: true })
cpSync(fileURLToPath(new URL('dist', import.meta.url)), to, { recursive: true })
console.log(`Segfault's files are in ${to}`)
