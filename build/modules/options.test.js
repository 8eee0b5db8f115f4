// What a caller of the module asked for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked } from '../../site/engine/options.js'

for (const [value, odd] of [[() => 1, 'a function'], [1n, 'a BigInt'], [null, 'null'], [Symbol('x'), 'nothing that can be handed to the engine']]) {
  test(`an option that is ${odd} is listed as such, and is no parameter`, () => {
    const { params } = asked({ epsilon: value })
    assert.deepEqual(params, { options: [{ name: 'epsilon', odd }] })
  })
}
