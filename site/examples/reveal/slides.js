// npm install reveal.js, and serve this folder. Without it, as where the site itself serves this, slides stand one under another.

const reveal = './node_modules/reveal.js/dist/'

try {
  const { default: Reveal } = await import(`${reveal}reveal.mjs`)
  await Promise.all(['reveal.css', 'theme/white.css'].map((name) => new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: new URL(reveal + name, import.meta.url).href, onload: resolve, onerror: reject })
    document.querySelector('link').before(link) // before slides.css, which has the last word
  })))
  await new Reveal(document.querySelector('.reveal'), { hash: true }).initialize()
} catch {
  document.documentElement.classList.add('plain')
}
