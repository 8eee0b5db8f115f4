// Examples name the address that this page is served from, and so do the files that are taken from here.

const placeholder = 'https://segfault.example'
const site = new URL('..', import.meta.url).href.replace(/\/$/, '')
const placed = (text) => text.replaceAll(placeholder, site)

for (const code of document.querySelectorAll('code')) if (code.textContent.includes(placeholder)) code.textContent = placed(code.textContent)

/** Files for other tools, which are kept and not looked at. */
for (const link of document.querySelectorAll('.tools-table td:nth-child(4) a:not([href$="/slides.html"], [href$="observable/index.html"])')) {
  link.addEventListener('click', async (event) => {
    event.preventDefault()
    const text = placed(await (await fetch(link.href)).text())
    const copy = document.createElement('a')
    copy.href = URL.createObjectURL(new Blob([text]))
    copy.download = link.href.split('/').pop()
    copy.click()
    setTimeout(() => URL.revokeObjectURL(copy.href))
  })
}
