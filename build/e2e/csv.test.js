// What the page exports as CSV, without a browser.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

const of = async (name) => import(`data:text/javascript,${encodeURIComponent(await readFile(new URL(`../../site/page/${name}`, import.meta.url), 'utf8'))}`)
const [table, { record }] = [await of('table.js'), await of('record.js')]

test('a row says with what was attacked, which slice, where it was cancelled, and how near it came to its target', () => {
  const attack = { method: 'apgd', slice: 3, where: 'region', on: 'scan', epsilon: 0.009, stop: 7 }
  const metrics = { dice: { union: {}, true: {} }, missed: {}, invented: {}, target: { before: 0.1, after: 0.9 } }
  const [head, row] = record([{ about: { title: 'a' }, ...attack, metrics }])
  for (const [name, value] of Object.entries({ ...attack, target_before: 0.1, target_after: 0.9 })) assert.equal(row[head.indexOf(name)], value, name)
})

test('cells that look like formulas are made harmless', () => {
  const cells = ['=HYPERLINK("x")', '+1+1', '-x', '@SUM(A1)', '\tx', '\rx', '\n=1', '＝1', '\'=1', '-Infinity', '\t5']
  const expected = ['"\'=HYPERLINK(""x"")"', '\'+1+1', '\'-x', '\'@SUM(A1)', '\'\tx', '"\'\rx"', '"\'\n=1"', '\'＝1', '\'\'=1', '\'-Infinity', '\'\t5']
  assert.equal(table.csv([cells]), `${expected.join(',')}\r\n`)
})

test('numbers stay numbers, and other texts what they are', () => {
  assert.equal(table.csv([['a', 'b=c', 'it\'s'], [-0.5, '-0.5', '+1e-3'], [1e-7, undefined, null], [-Infinity, true, '']]),
    'a,b=c,it\'s\r\n-0.5,-0.5,+1e-3\r\n1e-7,,\r\n-Infinity,true,\r\n')
})
