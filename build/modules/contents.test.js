// What files are known by before they are read.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look } from '../../site/page/contents.js'

const told = async (...files) => (await look(files.map(([name, ...parts]) => new File(parts, name)))).map(({ path, recipe, labels }) => [path, recipe, labels])
const of = (kind) => `1.2.840.10008.5.1.4.1.1.${kind}`

/** The beginning of a DICOM file: its own group, in which its kind stands. */
const dicom = (kind) => ['\0'.repeat(128), 'DICM\x02\0\0\0UL\x04\0\0\0\0\0\x02\0\x01\0OB\0\0\x02\0\0\0\0\x01', '\x02\0\x02\0UI\x1c\0', of(kind), '\0\x02\0\x03\0UI\x04\x001.2\0']

test('segmentations, label maps and contours of DICOM are known whatever they are called', async () => {
  for (const kind of ['66.4', '66.7', '481.3']) assert.deepEqual(await told(['1-1.dcm', ...dicom(kind)], ['1.2.840.7', ...dicom(kind)]), [['1-1.dcm', null, true], ['1.2.840.7', null, true]], kind)
})

test('those without a preamble, of implicit kinds, too', async () => {
  assert.deepEqual(await told(['a', '\x08\0\x05\0\x0a\0\0\0ISO_IR 100\x08\0\x16\0\x1e\0\0\0', of('481.3'), '\0']), [['a', null, true]])
})

test('images are none, nor those that speak of a segmentation elsewhere, nor what only holds such bytes', async () => {
  const about = ['\x08\0\x50\x11UI\x1c\0', of('66.4')] // another object's kind
  assert.deepEqual(await told(['a.dcm', ...dicom('4')], ['b.dcm', ...dicom('481.30')], ['c.dcm', ...dicom('2'), ...about], ['d.png', ...dicom('66.4')], ['e.dcm']),
    ['a.dcm', 'b.dcm', 'c.dcm', 'd.png', 'e.dcm'].map((name) => [name, null, false]))
})

test('a recipe is known by its mark, and JSON that is none or is broken is no recipe', async () => {
  assert.deepEqual(await told(['a.json', '{"recipe":1}'], ['b.json', '{"recipe":2}'], ['c.json', '{'], ['d.txt', '{"recipe":1}']), [['a.json', { recipe: 1 }, false], ['b.json', null, false], ['c.json', null, false], ['d.txt', null, false]])
})
