// Sentences, without a browser.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curve } from '../../site/figure/attack.js'
import { besideWords, volumeWords } from '../../site/page/beside.js'
import { meanings } from '../../site/page/meaning.js'
import { doubts } from '../../site/page/fitting.js'
import { called, fetching, meanOf, studyFound } from '../../site/page/models.js'
import { differs } from '../../site/page/outdated.js'
import { choices } from '../../site/page/recipe.js'
import { broke, complaint, compared, computing, expected, finding, lines, ownClass, partly, swept, volumeFound } from '../../site/page/words.js'

const sentence = (message) => complaint(new Error(message))

test('a sentence begins with a capital unless its first word is an address or a name', () => {
  assert.equal(sentence('segfault: the scan is empty'), 'The scan is empty.')
  assert.equal(sentence('http://host/frame.html does not answer'), 'http://host/frame.html does not answer.')
  assert.equal(sentence('segfault: https://host does not answer.'), 'https://host does not answer.')
  assert.equal(sentence('segfault: engine/segfault.wasm could not be fetched'), 'engine/segfault.wasm could not be fetched.')
  assert.equal(sentence('segfault: release.json is cut'), 'release.json is cut.')
  assert.equal(sentence('segfault: brain-unet-vgg13-w10 is damaged'), 'brain-unet-vgg13-w10 is damaged.')
})

test('one model is told of as one', () => {
  assert.equal(fetching([{ bytes: 2e6 }]), 'the model is 2 MB, fetched once')
  assert.equal(fetching([{ bytes: 2e6 }, { bytes: 1e6 }, { bytes: 1e6, own: true }]), 'the models are 3 MB in all, fetched once')
})

test('a mean of models is as large as they are, and nothing to fetch beside them', () => {
  const models = [{ name: 'a', parameters: 2, bytes: 2e6 }, { name: 'b', parameters: 3, bytes: 1e6 }]
  assert.equal(meanOf(models).parameters, 5)
  assert.equal(fetching([...models, meanOf(models)]), 'the models are 3 MB in all, fetched once')
})

test('what has a sentence of its own is expected, and a fault of the page is not', () => {
  assert.equal(expected(new Error('scan: this is no PNG')), true)
  assert.equal(expected(new DOMException('Cancelled.', 'AbortError')), true)
  assert.equal(expected(new TypeError('x is undefined')), false)
  assert.equal(expected(new ReferenceError('x is not defined')), false)
})

test('what a GPU was checked for is told beside why it computes', () => {
  const reason = 'The GPU, which was faster.'
  assert.equal(computing({ reason, check: { shaders: 8, error: 1e-7 } }), 'The GPU, which was faster. Checked on this GPU: 8 shaders compute what the CPU does.')
  assert.equal(computing({ reason }), reason)
  assert.equal(computing({ reason: 'The CPU, as chosen.', backend: 'cpu', adapter: 'WebAssembly without SIMD, some thirty times slower' }), 'The CPU, as chosen. WebAssembly without SIMD, some thirty times slower.')
})

const metrics = (changed) => ({
  reference: 'truth', pixels: { reference: 100, before: [90], after: [20] }, missed: { before: 0.1, after: 0.8 }, invented: { before: 0, after: 0 },
  success: true, ending: 'displaced', threshold: 0.5, linf: 0.009, psnr: 41, dice: { union: { before: 0.9, after: 0.2 } }, ...changed,
})
const untold = { reference: 'prediction', missed: { before: null, after: 0.8 }, invented: { before: null, after: 0.3 }, dice: { union: { before: null, after: 0.2 } } }
const nowhere = { pixels: { reference: 0, before: [0], after: [0] }, dice: { union: { before: null, after: null } }, success: false }

test('the finding says how large the change was, and what the model made of it', () => {
  assert.equal(finding(metrics(), 'the smallest model (U-Net)', 'this tumour'), 'A change of at most 0.9% of the grey range, hard to see, and the smallest model (U-Net) misses 80% of this tumour (10% before).')
  assert.equal(finding(metrics({ linf: 0, psnr: Infinity, missed: { before: 0.1, after: 0.1 } })), 'Without any change the model misses 10% of the true area.')
  assert.match(finding(metrics({ psnr: 35 })), /, seen by a trained eye, /)
  assert.match(finding(metrics({ psnr: 25 })), /, plain to see, /)
  assert.match(finding(metrics({ ending: 'changed' }), 'the model', 'this tumour'), /and the model takes this tumour for another class\.$/)
  assert.match(finding(metrics({ ending: 'reached', target: { before: 0.1, after: 0.9 } })), /and the model finds its target: Dice with it 0\.100 before, 0\.900 now\.$/)
})

test('the true class is told beside all classes together wherever it has another Dice', () => {
  assert.equal(ownClass(0.89, 0, 'truth'), 'true class 0.000')
  assert.equal(ownClass(0.89, 0.1, 'prediction'), 'class by class 0.100')
  assert.equal(ownClass(0.89, 0.8904, 'truth'), '')
  assert.equal(ownClass(null, null, 'truth'), '')
  const dice = { union: { before: 0.84, after: 0.89 }, true: { before: 0.72, after: 0 } }
  assert.deepEqual(besideWords({ title: 'As much noise', meaning: 'less', metrics: { target: null, dice, reference: 'truth' } }), ['As much noise', 'Dice 0.890 / 0.000', 'less'])
  assert.equal(besideWords({ title: 'As much noise', meaning: 'less', metrics: { target: null, dice, reference: 'prediction' } })[1], 'agreement 0.890 / 0.000')
  assert.equal(volumeWords({ title: 'Noise', meaning: 'Less.', slices: [0], dice: dice.union, true: dice.true }, { slices: [0], reference: 'truth' }), 'Noise: Dice 0.890 / 0.000, and 0.840 / 0.720 under the attack. Less.')
  const { said } = choices({ model: { name: 'a', sha256: 'x' }, scan: { sample: {} }, attack: {}, metrics: { dice } }, { models: [{ name: 'a', sha256: 'x' }], options: ['method', 'label'] })
  assert.equal(said(), 'Attacked as the recipe says. Its own Dice: 0.840 / 0.720 before, 0.890 / 0.000 after.')
  const { wanted } = choices({ model: { name: 'a', sha256: 'x' }, scan: { sample: {} }, attack: { method: 'apgd', label: 'swap' }, metrics: { dice } }, { models: [{ name: 'a', sha256: 'x' }], options: ['method', 'label'] })
  assert.deepEqual([wanted.purpose, wanted.label], ['target', 'swap'])
  const of = (model, ...models) => choices({ model, scan: { sample: {} }, attack: {}, metrics: { dice } }, { models, options: [] }).wanted.model
  const best = { name: 'best', sha256: 'x' }
  assert.equal(of(best, { name: 'last', sha256: 'x', own: true }, { ...best, own: true }), 'best', 'as it was told then')
  assert.equal(of(best, { name: 'best', sha256: 'y', own: true }, { name: 'best (2)', sha256: 'x', own: true }), 'best (2)', 'whatever it is called now')
  assert.throws(() => of(best, { name: 'best', sha256: 'y', own: true }), /one here is called so, but its file is another\. Open its weights/)
  assert.throws(() => of(best, { name: 'last', sha256: 'y' }), /the model best, which is not among those here\. Open its weights/)
  assert.throws(() => choices({ model: {}, scan: {}, attack: { stepz: 3 }, metrics: { dice } }, { options: ['steps'] }), /has an option stepz, which there is none of/)
})

const summary = (union, own = union, changed) => ({ attacks: 1, models: 1, ways: 1, union, true: own, linf: 0.009, worst: [{ how: 'Dice', models: 1 }], ...changed })

test('of many attacks the means are told, those of the true class where they are others, and what does most harm', () => {
  const union = { before: 0.8, after: 0.4 }
  assert.equal(compared(summary(union), 'truth'), 'The mean Dice falls from 0.800 to 0.400, though no pixel changed by more than 0.9% of the grey range.')
  assert.equal(compared(summary(union, { before: 0.7, after: 0.1 }, { attacks: 6, models: 3, ways: 2, worst: [{ how: 'Dice', models: 2 }, { how: 'Focal', models: 1 }] }), 'truth'),
    'The mean Dice falls from 0.800 to 0.400, that of the true class from 0.700 to 0.100, though no pixel changed by more than 0.9% of the grey range. Most harm is done by Dice to 2 of 3 models and Focal to 1 of 3 models.')
})

test('a recipe of options that the page does not ask for is not said to be followed in them', () => {
  const attack = { method: 'apgd', norm: 'l2', epsilon: 2, steps: 100, defence: undefined }
  const { said } = choices({ model: { name: 'a', sha256: 'x' }, scan: { sample: {} }, attack, metrics: { dice: { union: { before: 0.5, after: 0.25 } } } }, { models: [{ name: 'a', sha256: 'x' }], options: Object.keys(attack) })
  assert.match(said({ ...attack, slice: 0, start: 'origin' }), /^Attacked as the recipe says\. /)
  assert.match(said({ ...attack, norm: 'linf', steps: 20 }), /^Attacked as the recipe says, but for norm l2 and steps 100, which cannot be chosen here\. Its own Dice: 0\.500 before/)
})

test('many attacks that took nothing are not said to have made anything fall, and what looks the same is said once', () => {
  const [kept, more, alike] = [{ before: 0.937, after: 0.937 }, { before: 0.4, after: 0.5 }, { before: 0.8001, after: 0.4001 }]
  const none = { ways: 2, worst: [] }
  assert.equal(compared(summary(kept, kept, none), 'truth'), 'The mean Dice stays at 0.937; no pixel changed by more than 0.9% of the grey range.')
  assert.equal(compared(summary(more, more, none), 'truth'), 'The mean Dice rises from 0.400 to 0.500; no pixel changed by more than 0.9% of the grey range.')
  assert.match(compared(summary(kept, alike, none), 'truth'), /^The mean Dice stays at 0\.937, that of the true class falls from 0\.800 to 0\.400, though no pixel/)
  assert.match(compared(summary({ before: null, after: 1 }, { before: null, after: 1 }, none), 'prediction'), /first answers stays at 1\.000; no pixel/)
  assert.equal(compared(summary({ before: 0.8, after: 0.4 }, alike), 'truth'), compared(summary({ before: 0.8, after: 0.4 }), 'truth'))
})

test('a model that takes it for another class is not said to have lost it', () => {
  const turned = { ...metrics(), ending: 'changed', dice: { union: { before: 0.9, after: 0.9 } } }
  const curve = { about: { title: 'A', task: '' }, results: [{ metrics: turned, epsilon: 0.01 }] }
  assert.equal(swept([curve]), 'A takes it for another class at ε = 0.01.')
  assert.equal(broke(curve.results), 'it is taken for another class at ε = 0.01')
})

test('without a truth no sentence tells of a score before', () => {
  const results = [{ model: 'a', metrics: metrics(untold), epsilon: 0.009 }]
  const curve = { about: { title: 'A', task: '' }, results: [{ ...results[0], metrics: metrics({ ...untold, success: false, dice: { union: { before: null, after: 0.9 } } }) }, ...results] }
  assert.equal(finding(metrics(untold)), 'A change of at most 0.9% of the grey range, hard to see, and the model misses 80% of what it found before; 30% of what it marks is not there.')
  assert.match(compared(summary({ before: null, after: 0.2 }), 'prediction'), /^The models’ mean agreement with their own first answers falls to 0\.200, though/)
  assert.match(swept([curve]), /^A falls below an agreement of 0\.5 with its own first answer at/)
})

test('what was missed before the attack was not broken by it', () => {
  const missed = metrics({ success: false, dice: { union: { before: 0.2, after: 0.1 } } })
  const whole = metrics({ success: false, dice: { union: { before: 0.9, after: 0.8 } } })
  const line = (title, ...list) => ({ about: { title, task: '' }, results: list.map((metrics, k) => ({ metrics, epsilon: k / 100 })) })
  assert.equal(swept([line('A', missed, missed)]), 'A was below a Dice of 0.5 before the attack.')
  assert.equal(swept([line('A', missed, missed), line('B', whole, metrics()), line('C', whole, whole)]),
    'B falls below a Dice of 0.5 at ε = 0.01. C stays above it up to ε = 0.01. A was below it before the attack.')
  const told = (...list) => broke(line('', ...list).results)
  assert.equal(told(missed, missed), 'Dice was below 0.5 before the attack')
  assert.equal(told(whole, metrics()), 'Dice falls below 0.5 at ε = 0.01')
  assert.equal(told(whole, whole), 'Dice stays above 0.5 up to ε = 0.01')
  assert.equal(told(metrics(nowhere)), 'there is nothing to find in this slice, and nothing was found')
})

test('of some of the attacks that were asked for, that is said, and no model to have stood an ε that it was not attacked with', () => {
  assert.equal(partly(12, 12), '')
  assert.equal(partly(12, 20), ' This is of 12 of the 20 attacks.')
  const whole = metrics({ success: false, dice: { union: { before: 0.9, after: 0.8 } } })
  const line = (title, ...list) => ({ about: { title, task: '' }, results: list.map((metrics, k) => ({ metrics, epsilon: k / 100 })) })
  assert.equal(swept([line('A', whole, whole, whole), line('B', whole, whole)]), 'All 2 models stay above a Dice of 0.5 up to ε = 0.01.')
})

test('a volume is told of by what its Dice did, and by its targets where the attack led to some', () => {
  const slices = (...endings) => endings.map((ending) => ({ reference: 5, ending }))
  const told = (union, own = union, list = slices('held', 'vanished'), reference = 'truth') => volumeFound({ slices: list, dice: { union, true: own }, linf: 0.009, reference })
  const [fallen, kept] = [{ before: 0.8, after: 0.4 }, { before: 0.8, after: 0.8 }]
  assert.equal(told(fallen), 'In the volume as a whole Dice falls from 0.800 to 0.400; 1 of the 2 slices that show something is broken, though no pixel changed by more than 0.9% of the grey range.')
  assert.match(told(kept), /^In the volume as a whole Dice stays at 0\.800; .* broken; no pixel/)
  assert.match(told({ before: 0.4, after: 0.5 }), / Dice rises from 0\.400 to 0\.500; /)
  assert.match(told(kept, fallen), / Dice stays at 0\.800, that of the true class falls from 0\.800 to 0\.400; .*, though no pixel/)
  assert.match(told({ before: null, after: 1 }, undefined, slices('held'), 'prediction'), / agreement with its own first answer stays at 1\.000; the one slice that shows something is not broken; no pixel/)
  assert.match(told(fallen, fallen, [...slices('reached', 'unreached', 'unreached'), { reference: 0, ending: 'held' }]), /; 1 of the 3 slices that have a target is led to it, though/)
})

test('where there is nothing to find, that is said', () => {
  const results = [{ model: 'a', metrics: metrics(nowhere), epsilon: 0.009 }]
  const of = (before, after, more) => finding(metrics({ ...nowhere, pixels: { reference: 0, before: [before], after: [after] }, ...more }))
  assert.equal(of(0, 0), 'There is nothing to find in this slice: after a change of at most 0.9% of the grey range, hard to see, the model finds nothing, as it should.')
  assert.equal(of(0, 7), 'There is nothing to find in this slice: after a change of at most 0.9% of the grey range, hard to see, the model makes up 7 px (none before).')
  assert.match(of(3, 7), /makes up 7 px \(3 before\)\.$/)
  assert.match(of(3, 0), /finds nothing \(3 px before\), as it should\.$/)
  assert.equal(of(7, 7, { linf: 0, psnr: Infinity }), 'There is nothing to find in this slice: without any change the model makes up 7 px.')
  assert.match(of(0, 7, { reference: 'prediction' }), /and the model marks 7 px, where it found nothing before\.$/)
  for (const text of [compared(summary({ before: null, after: null }, undefined, { attacks: 0, worst: [] }), 'truth'), swept([{ about: { title: 'A', task: '' }, results }])]) {
    assert.equal(text, 'There is nothing to find in this slice, and no model found anything.')
  }
})

const model = (name, parameters, rest) => ({ name, title: name, task: 'brain', parameters, own: false, ...rest })

test('a model is called the smallest only among its own kind', () => {
  const models = [model('a', 1), model('b', 2), model('heart', 3, { task: 'heart' }), model('mine', 0, { own: true })]
  assert.deepEqual(models.map((one) => called(one, models)), ['the smallest model (a)', 'the model (b)', 'the model (heart)', 'your model (mine)'])
  assert.equal(called(models[0], [models[0], model('a, trained on attacks', 1, 0.1)]), 'the smallest model (a)', 'one of its size is not smaller')
})

test('what the study found is told as far as it was studied', () => {
  const of = (...list) => studyFound({ studied: list.map(([by, slices, before, after]) => ({ by, slices, before, after })) })
  const [step, strong, noise] = [['step', 430, 0.82, 0.67], ['strong', 20, 0.73, 0.26], ['noise', 20, 0.73, 0.73]]
  assert.equal(of(step, strong, noise), 'On 430 real slices one step of 0.9% takes this model from 0.82 to 0.67; on 20 the strong attack from 0.73 to 0.26, and as much noise to 0.73')
  assert.equal(of(step), 'On 430 real slices one step of 0.9% takes this model from 0.82 to 0.67')
  assert.equal(of(strong), 'On 20 real slices the strong attack takes this model from 0.73 to 0.26')
  assert.equal(of(), '')
})

test('what a model cannot have learnt from is doubted', () => {
  const scan = { width: 256, height: 256, volumes: 1, window: [0, 400], detector: false, coloured: false }
  const of = (differs) => doubts({ ...scan, ...differs }, { size: 128 }).join(' ')
  assert.equal(of({}), '')
  assert.match(of({ window: [-160, 240] }), /CT/)
  assert.match(of({ width: 64, height: 64 }), /^Its 64 × 64 pixels are fewer than the 128 × 128/)
  assert.deepEqual(doubts({ ...scan, width: 34, height: 52 }, { size: 64 }), [], 'cut out as those that it learnt from')
  assert.match(of({ volumes: 200 }), /functional/)
  assert.match(of({ truth: { pixels: 0 } }), /nothing to find/)
  assert.match(of({ detector: true }), /projection/)
})

test('settings are others where a choice is gone, too', () => {
  const [strong, target] = [{ method: 'apgd', epsilon: 0.009 }, { method: 'apgd', epsilon: 0.009, steps: 40, label: 'swap' }]
  assert.deepEqual([differs(strong, strong), differs(strong, target), differs(target, strong), differs(target, strong, 'steps', 'label')], [false, true, true, false])
})

test('a figure’s curves are called as the page calls their losses and orders', () => {
  const info = { losses: [{ name: 'bce', title: 'Cross-entropy' }], orders: [{ name: 'right', title: 'as in training' }, { name: 'swapped', title: 'as in the paper' }] }
  assert.deepEqual(curve('bce swapped', info), { loss: 'bce', swapped: true, name: 'Cross-entropy, as in the paper' })
  assert.deepEqual(curve({ loss: 'bce', swapped: false }, info), { loss: 'bce', swapped: false, name: 'Cross-entropy' })
  assert.equal(curve({ method: 'apgd' }, { ...info, methods: [{ name: 'apgd', title: 'APGD' }] }).name, 'APGD')
})

test('a title is cut at its spaces, and a word that is too long stays whole', () => {
  assert.deepEqual(lines('a tenth of the width, trained on attacks', 22), ['a tenth of the width, ', 'trained on attacks'])
  assert.deepEqual(lines('short', 22), ['short'])
  assert.deepEqual(lines('a verylongword b', 4), ['a ', 'verylongword ', 'b'])
})

test('without a truth steps are told by their agreement, from the first one that moved something', () => {
  const steps = [1, 0.8, 0.5].map((dice) => ({ loss: 1, dice }))
  const of = (reference, target) => meanings({ metrics: { ...metrics({ reference, target }), flipped: 0, elements: 1, l2: 0, ssim: 1, steps }, milliseconds: { total: 1 }, image: [0] }, 'cpu').filter(([name]) => /by step/.test(name)).at(-1).slice(0, 2)
  assert.deepEqual(of('truth'), ['Dice by step', '1.000 → 0.800 → 0.500'])
  assert.deepEqual(of('prediction'), ['Agreement by step', '0.800 → 0.500'])
  assert.deepEqual(of('prediction', { before: 1, after: 0.5 }), ['Dice with the target by step', '1.000 → 0.800 → 0.500'])
  steps[2].true = 0 // older results have none
  assert.deepEqual(of('truth'), ['Dice by step', '1.000 → 0.800 → 0.500 / 0.000'])
})
