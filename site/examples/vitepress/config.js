// As .vitepress/config.js.

export default {
  title: 'Small changes, large errors',
  head: [['script', { type: 'module', src: 'https://segfault.example/seg-fault.js' }]],
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'seg-fault' } } },
}
