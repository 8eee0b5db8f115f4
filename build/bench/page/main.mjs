// The page in which browser.mjs runs a contender.
const { module, backend, directory } = await (await fetch('/start.json')).json()
const opened = import(module).then(({ open }) => open(backend, directory))
opened.catch(() => {}) // told with the first task

/** Does a task; since is when it was done, in milliseconds since the page was asked for. */
window.perform = async task => {
  const perform = await opened
  return { ...await perform(task), since: performance.now() }
}
