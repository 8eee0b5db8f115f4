// A recipe that was given to the page.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choices } from '../../site/page/recipe.js'

const models = ['a', 'b'].map((name) => ({ name, sha256: `of ${name}` }))
const recipe = (scan) => ({ model: { name: 'a+b', mean: models }, scan, attack: { epsilon: 0.01 }, metrics: { dice: { union: { before: 1, after: 0 } } } })

for (const [what, scan, more] of [['a sample', { sample: { name: 'glioma', seed: 1 } }, ''], ['a file', { sha256: ['0'] }, ' -scan FILE']]) {
  test(`a recipe of a mean of models and ${what} is refused with the command that replays it`, () => {
    assert.throws(() => choices(recipe(scan), { models, options: ['epsilon'] }, null), {
      message: `segfault: the recipe is of the mean of a and b, which the page does not attack again; in Segfault’s source do so with go run ./build attack -recipe FILE -weights a+b${more}`,
    })
  })
}
