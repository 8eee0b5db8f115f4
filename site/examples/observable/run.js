// Runs the notebook; npm install @observablehq/runtime, and serve this folder.

import { Runtime } from './node_modules/@observablehq/runtime/src/index.js'
import define from './notebook.js'

new Runtime().module(define, (name) => ({
  fulfilled: (value) => document.querySelector(`#${name}`).replaceChildren(value),
  rejected: (error) => document.querySelector(`#${name}`).replaceChildren(error.message),
}))
