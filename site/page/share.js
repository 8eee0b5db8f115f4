// An attack for pages elsewhere: its link, and the lines that make a live figure of it.

/** What takes figures, by name. */
export const tools = { element: 'a web page', frame: 'a page that takes no scripts', jupyter: 'a Jupyter notebook' }

/** The attributes of a figure that shows an attack; nothing of a scan that came from a file. */
function attributes({ swapped, ...choices }) {
  const names = ['sample', 'seed', 'slice', 'model', 'epsilon', 'method', 'loss', 'scheme', 'steps', 'label', 'gradient']
  return [...names.filter((name) => (choices[name] ?? '') !== '').map((name) => [name, String(choices[name])]), ...(swapped ? [['swapped', '']] : [])]
}

const quoted = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** The lines for a tool; site is where this page is served, and link leads to the attack on it. */
export function embed(tool, choices, { site, link }) {
  const told = attributes(choices)
  if (tool === 'frame') {
    const address = `${new URL('embed.html', site)}#${new URLSearchParams(told)}`
    return `<iframe src="${quoted(address)}" title="A live figure: an attack on a segmentation model" width="100%" height="640" loading="lazy" style="border: 0"></iframe>\n`
  }
  if (tool === 'jupyter') {
    const named = ['from IPython.display import HTML', '']
    return `${named.join('\n')}HTML("""\n${element(told, site, link)}""")\n`
  }
  return element(told, site, link)
}

function element(told, site, link) {
  const written = told.map(([name, value]) => (value ? ` ${name}="${quoted(value)}"` : ` ${name}`)).join('')
  return `<script type="module" src="${quoted(new URL('seg-fault.js', site).href)}"></script>\n<seg-fault${written}><a href="${quoted(link)}">This attack, live</a></seg-fault>\n`
}
