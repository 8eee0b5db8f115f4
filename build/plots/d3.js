// What the page's plots take of D3; the build makes one module of it, vendor/d3.js.

export { scaleBand, scaleLinear } from 'd3-scale'
export { line, symbol, symbolsFill } from 'd3-shape'
