// What the copies in an archive are called.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { named } from '../../site/page/naming.js'

test('a copy is called as its scan, with its own ending', () => {
  const name = named()
  for (const [scan, copy, want] of [
    ['set/images/one.jpg', 'adversarial.png', 'set/images/one.png'], ['a.nii.gz', 'adversarial.nii.gz', 'a.nii.gz'], ['series', 'adversarial.zip', 'series.zip'],
    ['p/x.1.dcm', 'adversarial.dcm', 'p/x.1.dcm'], ['f.nii, volume 2', 'adversarial.nii.gz', 'f, volume 2.nii.gz'],
  ]) assert.equal(name(scan, copy), want)
})

test('no copy leaves the archive, and none is called as another', () => {
  const name = named()
  assert.equal(name('../../etc/passwd.png', 'adversarial.png'), 'etc/passwd.png')
  assert.equal(name('..\\..\\boot.png', 'adversarial.png'), 'boot.png')
  assert.equal(name('/', 'adversarial.png'), 'scan.png')
  assert.deepEqual(['a.jpg', 'A.tif', 'a.png'].map((scan) => name(scan, 'adversarial.png')), ['a.png', 'A (2).png', 'a (3).png'])
})
