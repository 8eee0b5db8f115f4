// Keeps the site for use without a network, and offers a new release when one is there.

/** Registers the service worker; says in place, an element of the page, what has come of it. */
export async function offline(place) {
  if (globalThis.inlined || !('serviceWorker' in navigator)) return // a page in one file is kept as it is
  let [reload, offered] = [false, false]
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (reload) location.reload()
    else if (offered) place.textContent = 'A new version is in use in another tab; this page has it once it is loaded again.'
  })
  const unkept = 'This browser keeps nothing of this page, which needs the network at every visit.'
  const registration = await navigator.serviceWorker.register(new URL('../service.js', import.meta.url)).catch(() => null)
  if (!registration) return (place.textContent = unkept)

  const offer = () => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'plain'
    button.textContent = 'Use it now'
    button.addEventListener('click', () => {
      reload = true
      registration.waiting?.postMessage('update')
    })
    offered = true
    place.replaceChildren('A new version has come. ', button)
  }
  const follow = (worker) => worker?.addEventListener('statechange', () => {
    if (worker.state === 'activated' && !offered) place.textContent = 'Kept for use without a network.'
    if (worker.state === 'installed' && registration.active) offer()
    if (worker.state === 'redundant' && !registration.active) place.textContent = `${unkept} It has no room left, or the connection broke off.`
  })

  if (registration.active) place.textContent = 'Kept for use without a network.'
  if (registration.waiting) offer()
  follow(registration.installing)
  registration.addEventListener('updatefound', () => follow(registration.installing))
}
