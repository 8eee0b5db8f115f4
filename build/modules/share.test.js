// The lines that show an attack elsewhere.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embed, left, tools } from '../../site/page/share.js'

const at = { site: 'https://example.org/s/', link: 'https://example.org/s/#sample=glioma&epsilon=0.02' }
const attack = { sample: 'glioma', seed: 7, epsilon: 0.02, loss: 'bce', swapped: true, model: 'a"b', method: undefined, slice: undefined, where: 'everywhere' }

test('a figure has the attack’s choices and nothing else, and without scripts a link to it', () => {
  assert.equal(embed('element', attack, at), '<script type="module" src="https://example.org/s/seg-fault.js"></script>\n<seg-fault sample="glioma" seed="7" model="a&quot;b" epsilon="0.02" loss="bce" swapped><a href="https://example.org/s/#sample=glioma&amp;epsilon=0.02">This attack, live</a></seg-fault>\n')
})

test('the patient who is shown first has a picture between the tags, which is there before scripts are and without them', () => {
  assert.match(embed('element', { ...attack, seed: undefined }, at), /<seg-fault sample="glioma" [^>]*><img src="https:\/\/example\.org\/s\/posters\/glioma\.svg" alt="[^"]+"><a /)
})

test('a frame has them in its address', () => {
  const [, src] = /src="([^"]*)"/.exec(embed('frame', attack, at))
  const { pathname, hash } = new URL(src.replaceAll('&amp;', '&'))
  assert.equal(pathname, '/s/embed.html')
  assert.deepEqual(Object.fromEntries(new URLSearchParams(hash.slice(1))), { sample: 'glioma', seed: '7', model: 'a"b', epsilon: '0.02', loss: 'bce', swapped: '' })
})

test('every tool has lines of its own', () => {
  assert.equal(new Set(Object.keys(tools).map((tool) => embed(tool, attack, at))).size, Object.keys(tools).length)
  const parts = { rmarkdown: ' site="https://example.org/s/"', sphinx: '.. raw:: html\n\n   <script', hugo: 'unsafe = true', vitepress: 'isCustomElement', docusaurus: "scripts: [{ src: 'https://example.org/s/seg-fault.js'", slides: '--seg-fault-height', slidev: '<head>', framework: 'index.html' }
  for (const [tool, needs] of Object.entries(parts)) assert.ok(embed(tool, attack, at).includes(needs), tool)
})

for (const [what, scan, more, says] of [
  ['a whole attack on a sample needs no words', {}, {}, ''],
  ['an attack that was cancelled is said to lead to the whole', {}, { cancelled: { after: 7, of: 20 } }, ' It leads to the attack with all of its 20 steps; this was cancelled after 7.'],
  ['an attack on a file is said to lead to another', { sample: null }, {}, ' It leads to another attack than this, without your scan, as nothing of yours leaves this computer.'],
]) {
  test(`the link of ${what}`, () => {
    assert.equal(left({ sample: { name: 'glioma' }, ...scan }, { attack, painted: {}, ...more }, []), says)
  })
}
