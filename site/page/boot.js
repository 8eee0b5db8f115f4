// Says so where the page's modules are not loaded or not understood: a classic script in old JavaScript, which any browser runs, from a
// file too. The modules set data-started on the document when they run.

;(function () {
  var root = document.documentElement
  if (window.matchMedia('(max-width: 40rem)').matches) root.setAttribute('data-narrow', '') // where pictures lie over each other at first
  var wanted = /[#&]view=(\w+)/.exec(location.hash)
  if (wanted) root.setAttribute('data-wanted', wanted[1]) // so that no other view is seen first
  var patience = 10000 // ms, before anything is said of modules that have neither come nor failed
  var box = null

  function say(why) {
    if (!document.body) return document.addEventListener('DOMContentLoaded', function () { say(why) })
    if (box || root.hasAttribute('data-started')) return
    box = document.createElement('div')
    box.className = 'alert unstarted'
    box.setAttribute('role', 'alert')
    box.appendChild(document.createElement('p')).textContent = why
    document.body.insertBefore(box, document.body.firstChild)
    root.setAttribute('data-unstarted', '')
    var lamp = document.getElementById('engine')
    if (lamp) lamp.setAttribute('data-state', 'dead')
    var text = document.getElementById('engine-text')
    if (text) text.textContent = 'Not running'
  }

  /** What came late after all starts as usual. */
  new MutationObserver(function () {
    if (!box || !root.hasAttribute('data-started')) return
    box.parentNode.removeChild(box)
    box = null
    root.removeAttribute('data-unstarted')
  }).observe(root, { attributes: true })

  window.addEventListener('error', function (event) {
    var script = event.target
    if (script.localName === 'script') {
      if (location.protocol === 'file:') say('This page was opened as a file, from where browsers load no modules. Serve its folder over HTTP, or use segfault.html, the page in one file.')
      else say('A part of this page could not be loaded, or is no script (' + script.getAttribute('src') + ' or what it imports). Check the connection, and reload the page.')
    } else if (script === window) say('The scripts of this page do not run here: they are damaged, or this browser is too old. Reload the page, and use a browser of 2023 or later.')
  }, true)

  if (!('noModule' in document.createElement('script'))) say('This browser is too old for this page; use one of 2023 or later.')
  setTimeout(function () { say('This page has not started yet. If it does not soon, check the connection and reload it, or use a browser of 2023 or later.') }, patience)
})()
