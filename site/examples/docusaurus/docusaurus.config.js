// What to add to the configuration: a script in a page would not run where readers come by a link.

export default {
  scripts: [{ src: 'https://segfault.example/seg-fault.js', type: 'module' }],
}
