// An attack for pages elsewhere: its link, and the lines that make a live figure of it.

import { joined } from './words.js'

/** The attributes of a figure that shows an attack; nothing of a scan that came from a file. */
function attributes({ swapped, ...choices }) {
  const names = ['sample', 'seed', 'slice', 'model', 'epsilon', 'method', 'loss', 'scheme', 'steps', 'label', 'gradient']
  return [...names.filter((name) => (choices[name] ?? '') !== '').map((name) => [name, String(choices[name])]), ...(swapped ? [['swapped', '']] : [])]
}

const quoted = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** What takes figures, by name, each with a title and its lines: of { script, src, figure, site, address }, where figure(more) has more attributes. */
const hosts = {
  element: ['a web page', ({ script, figure }) => `${script}\n${figure()}`],
  frame: ['a page that takes no scripts', ({ address }) => `<iframe src="${quoted(address)}" title="A live figure: an attack on a segmentation model" width="100%" height="640" loading="lazy" style="border: 0"></iframe>`],
  jupyter: ['a Jupyter notebook', ({ script, figure }) => `from IPython.display import HTML\n\nHTML("""\n${script}\n${figure()}\n""")`],
  rmarkdown: ['R Markdown, or one file with all in it', ({ script, figure, site }) => `${script}\n${figure([['site', site]])}`],
  sphinx: ['Sphinx', ({ script, figure }) => `.. raw:: html\n\n${`${script}\n${figure()}`.replaceAll(/^/gm, '   ')}`],
  hugo: ['Hugo', ({ script, figure }) => `# in hugo.toml\n[markup.goldmark.renderer]\nunsafe = true\n\n# in the page\n${script}\n${figure()}`],
  vitepress: ['VitePress', ({ src, figure }) => `// in .vitepress/config.js\nhead: [['script', { type: 'module', src: '${src}' }]],\nvue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'seg-fault' } } },\n\n// in the page\n${figure()}`],
  docusaurus: ['Docusaurus', ({ src, figure }) => `// in docusaurus.config.js\nscripts: [{ src: '${src}', type: 'module' }],\n\n// in the page\n${figure()}`],
  slides: ['slides: Marp (--html), reveal.js', ({ script, figure }) => `${script}\n${figure([['style', '--seg-fault-height: 260px']])}`],
  slidev: ['Slidev', ({ script, figure }) => `<!-- in the <head> of index.html -->\n${script}\n\n<!-- in the slides -->\n${figure([['style', '--seg-fault-height: 260px']])}`],
  framework: ['React, Vue or Svelte', ({ script, figure }) => `<!-- in index.html -->\n${script}\n\n<!-- in the component -->\n${figure()}`],
}

/** Their titles. */
export const tools = Object.fromEntries(Object.entries(hosts).map(([name, [title]]) => [name, title]))

/** The lines for a tool; site is where this page is served, and link leads to the attack on it. */
export function embed(tool, choices, { site, link }) {
  const told = attributes(choices)
  const src = new URL('seg-fault.js', site).href
  const [, lines] = hosts[tool]
  return `${lines({
    site, src, script: `<script type="module" src="${quoted(src)}"></script>`,
    address: `${new URL('embed.html', site)}#${new URLSearchParams(told)}`,
    figure: (more = []) => element([...told, ...more], choices, site, link),
  })}\n`
}

/** The element; between its tags are what stands there without scripts, a picture of the patient who is shown first and a link. */
function element(told, { sample, seed }, site, link) {
  const written = told.map(([name, value]) => (value ? ` ${name}="${quoted(value)}"` : ` ${name}`)).join('')
  const picture = seed === undefined ? `<img src="${quoted(new URL(`posters/${sample}.svg`, site).href)}" alt="A scan, and the same scan attacked">` : ''
  return `<seg-fault${written}>${picture}<a href="${quoted(link)}">This attack, live</a></seg-fault>`
}

/** What of an attack no address holds, as it may not or as a person ended it, in sentences; nothing where it holds all. */
export function left({ sample, truth, region, target }, { attack, painted, cancelled }, models) {
  const masks = painted.truth || truth?.sha256 || (region && attack.where === 'region') || (target && attack.label === 'painted')
  const own = [!sample && 'scan', masks && 'masks', models.find(({ name }) => name === attack.model)?.own && 'model'].filter(Boolean)
  const without = own.length ? ` It leads to another attack than this, without your ${joined(own)}, as nothing of yours leaves this computer.` : ''
  return without + (cancelled ? ` It leads to the attack with all of its ${cancelled.of} steps; this was cancelled after ${cancelled.after}.` : '')
}
