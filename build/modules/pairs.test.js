// Which files of a folder are scans, and which are their masks.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairs } from '../../site/page/pairs.js'

const of = (...paths) => pairs(paths.map((path) => ({ file: path, path }))).map(({ name, files, mask }) => [name, files.join(' + '), mask?.join(' + ') ?? null])

test('masks lie in a folder of their own', () => {
  assert.deepEqual(of('/set/images/b10.jpg', '/set/images/b2.jpg', '/set/masks/b2.png', '/set/masks/b10.png'), [
    ['set/images/b2.jpg', '/set/images/b2.jpg', '/set/masks/b2.png'],
    ['set/images/b10.jpg', '/set/images/b10.jpg', '/set/masks/b10.png'],
  ])
  assert.deepEqual(of('/imagesTr/la_003_0000.nii.gz', '/labelsTr/la_003.nii.gz'), [['imagesTr/la_003_0000.nii.gz', '/imagesTr/la_003_0000.nii.gz', '/labelsTr/la_003.nii.gz']])
})

test('masks lie beside their scans, by name', () => {
  for (const [scan, mask] of [['a.png', 'a_mask.png'], ['a.nii.gz', 'a-seg.nii.gz'], ['a.nii', 'mask_a.nii.gz'], ['image_7.tif', 'label_7.tif'], ['p/p_t1.nii', 'p/p_seg.nii'], ['a.tif', 'a.label.tif']]) {
    assert.deepEqual(of(mask, scan), [[scan, scan, mask]], scan)
  }
})

test('one mask is of all scans that begin with its name, but for those that have their own', () => {
  assert.deepEqual(of('p_t1.nii', 'p_t2.nii', 'p_t2_seg.nii', 'p_seg.nii').map(([, scan, mask]) => [scan, mask]), [['p_t1.nii', 'p_seg.nii'], ['p_t2.nii', 'p_t2_seg.nii']])
})

test('masks of one name in two folders belong to the scans of theirs', () => {
  assert.deepEqual(of('/x/images/1.png', '/y/images/1.png', '/y/masks/1.png').map(([, , mask]) => mask), [null, '/y/masks/1.png'])
})

test('the DICOM files of a folder are one scan, a header and its voxels are, and what is no image is nothing', () => {
  assert.deepEqual(of('/s/one/1.dcm', '/s/one/2.dcm', '/s/two/1.2.840', '/s/v.raw', '/s/v.mhd', '/s/.DS_Store', '/s/README.md'), [
    ['s/one', '/s/one/1.dcm + /s/one/2.dcm', null],
    ['s/two', '/s/two/1.2.840', null],
    ['s/v.mhd', '/s/v.mhd + /s/v.raw', null],
  ])
})

test('a file that is only called mask is one of no scan, and a folder of masks alone has none', () => {
  assert.deepEqual(of('/masks/a.png', '/masks/b.png'), [])
})

test('what a model is to find lies beside its scan as its mask does, and is neither a mask nor a scan', () => {
  const of = (...paths) => pairs(paths.map((path) => ({ file: path, path }))).map(({ files, mask, target }) => [files[0], mask?.[0] ?? null, target?.[0] ?? null])
  assert.deepEqual(of('/s/images/a.jpg', '/s/images/b.jpg', '/s/masks/a.png', '/s/targets/b.png'), [['/s/images/a.jpg', '/s/masks/a.png', null], ['/s/images/b.jpg', null, '/s/targets/b.png']])
  assert.deepEqual(of('a.nii.gz', 'a_seg.nii.gz', 'a_target.nii.gz'), [['a.nii.gz', 'a_seg.nii.gz', 'a_target.nii.gz']])
})

test('a DICOM segmentation is that of the only series in the nearest folder that has one', () => {
  const of = (...paths) => pairs(paths.map((path) => ({ file: path, path, labels: path.includes('!') }))).map(({ name, mask }) => [name, mask?.join(' + ') ?? null])
  assert.deepEqual(of('/c/p1/ct/1.dcm', '/c/p1/ct/2.dcm', '/c/p1/300/1!.dcm', '/c/p2/ct/1.dcm', '/c/p2/ct/2!.dcm'), [['c/p1/ct', '/c/p1/300/1!.dcm'], ['c/p2/ct', '/c/p2/ct/2!.dcm']])
  assert.deepEqual(of('/p/t1/1.dcm', '/p/t2/1.dcm', '/p/300/1!.dcm'), [['p/t1', null], ['p/t2', null]], 'of one of two')
  assert.deepEqual(of('/p/t1/1.dcm', '/p/300/1!.dcm', '/p/301/1!.dcm'), [['p/t1', null]], 'one of two')
  assert.deepEqual(of('/p/ct/1.dcm', '/p/ct/seg.dcm'), [['p/ct', '/p/ct/seg.dcm']], 'and one that is called so')
  assert.deepEqual(of('/s/images/a/1.dcm', '/s/images/b/1.dcm', '/s/masks/a.dcm', '/s/masks/b.dcm'), [['s/images/a', '/s/masks/a.dcm'], ['s/images/b', '/s/masks/b.dcm']])
})
