// What files that are given together are taken for, by their names and what they hold.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sorted } from '../../site/figure/drop.js'
import { guess, twice } from '../../site/page/roles.js'

const of = (...paths) => guess(paths.map((path) => ({ file: { name: path.split('/').pop() }, path, recipe: /recipe/.test(path) ? {} : null })))
const told = (...paths) => of(...paths).map(({ name, role, files }) => [name, role, files.length])

test('a scan, its masks, a network with its parts and a recipe are told apart by their names', () => {
  assert.deepEqual(told('a.nii.gz', 'a_seg.nii.gz', 'a_roi.nii.gz', 'target.png', 'net.onnx', 'net.onnx.data', 'plans.json', 'my-recipe.json'), [
    ['net.onnx', 'model', 3], ['a.nii.gz', 'scan', 1], ['a_seg.nii.gz', 'truth', 1], ['a_roi.nii.gz', 'region', 1], ['target.png', 'target', 1], ['my-recipe.json', 'recipe', 1],
  ])
})

test('a series is one scan, what is no image is left out, and two scans are two', () => {
  assert.deepEqual(told('1.dcm', '2.dcm', '3.dcm', 'label.nii', 'notes.txt'), [['1.dcm', 'scan', 3], ['label.nii', 'truth', 1], ['notes.txt', 'none', 1]])
  assert.deepEqual(told('a.nii.gz', 'a.nii.gz'), [['a.nii.gz', 'scan', 1], ['a.nii.gz', 'scan', 1]], 'as data sets call a scan and its mask')
  assert.deepEqual(told('a.jpg', 'a.png').map(([, role]) => role), ['scan', 'scan'])
})

test('a segmentation or contours of DICOM are the truth of the series beside them, whatever they are called', () => {
  const given = ['s/1-1.dcm', 's/1-2.dcm', 's/1-3.dcm'].map((path) => ({ file: { name: path.slice(2) }, path, labels: path === 's/1-2.dcm' }))
  assert.deepEqual(guess(given).map(({ name, role, files }) => [name, role, files.length]), [['s', 'scan', 2], ['s/1-2.dcm', 'truth', 1]])
  assert.deepEqual(guess(given.slice(1, 2)).map(({ role }) => role), ['truth'])
})

test('a file that comes alone is what it is named, or a scan, whatever its name says of images', () => {
  for (const [name, role] of [['report.pdf', 'scan'], ['a.png', 'scan'], ['a_mask.png', 'truth'], ['recipe.json', 'recipe'], ['a.onnx', 'model'], ['best.pth.tar', 'model'], ['unet.keras', 'model'], ['.DS_Store', 'scan']]) assert.deepEqual(told(name), [[name, role, 1]], name)
})

test('two masks for one role are a question, and one for each is none', () => {
  assert.match(twice(of('a.png', 'a_mask.png', 'a_label.png')), /^A scan has one mask as its truth mask, and 2 were given/)
  assert.match(twice(of('a.png', 'b.png')), /^Only one scan/)
  assert.equal(twice(of('a.png', 'a_mask.png', 'a_roi.png', 'a_target.png')), '')
})

test('a figure takes a scan, alone or with its mask, and says where a network and anything else is taken', () => {
  const drop = (...names) => sorted(names.map((name) => ({ file: { name }, path: name })))
  assert.deepEqual(drop('a.png'), { scan: [{ name: 'a.png' }], truth: undefined })
  assert.deepEqual(drop('a_mask.png', 'a.png'), { scan: [{ name: 'a.png' }], truth: [{ name: 'a_mask.png' }] })
  for (const name of ['a.onnx', 'a.pth', 'a.safetensors']) assert.throws(() => drop(name), /attacks the site’s own models; follow the link below it/, name)
  for (const names of [['a.png', 'b.png'], ['a.png', 'a_mask.png', 'a_label.png'], ['a_mask.png']]) assert.throws(() => drop(...names), /takes one scan, alone or with its truth mask/, names.join())
})
