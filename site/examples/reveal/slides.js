// npm install reveal.js, and serve this folder.

import Reveal from './node_modules/reveal.js/dist/reveal.mjs'

await new Reveal(document.querySelector('.reveal'), { hash: true }).initialize()
