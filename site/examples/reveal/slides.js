// npm install reveal.js, and serve this folder. Without it, as where the site itself serves this, slides stand one under another.

try {
  const { default: Reveal } = await import('./node_modules/reveal.js/dist/reveal.mjs')
  document.documentElement.classList.remove('plain')
  await new Reveal(document.querySelector('.reveal'), { hash: true }).initialize()
} catch {
  document.documentElement.classList.add('plain') // as before
}
