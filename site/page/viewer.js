// Looking closely: all pictures of the bench zoom and pan together, by pointer, touch, wheel or keys, and share one window.

const $ = (id) => document.querySelector(id)
const largest = 12
const magnified = 20
/** How much of a close-up's side its target takes, and of the map in its corner that side, in CSS pixels. */
const [filled, small] = [0.5, 72]
const clamp = (value, low, high) => Math.min(Math.max(value, low), high)

export class Viewer {
  #glasses
  #looked
  #zoom = 1
  #x = 0.5
  #y = 0.5
  /** Fingers and buttons that are down, by pointer. */
  #down = new Map()
  /** Whether a person has chosen the window, which is the engine's until then. */
  #adjusted = false
  /** What paints instead of moving, and has keys of its own; null without. */
  #brush = null

  /** looked() is called when pictures have to be drawn anew; scrolled(slices) when a person wants to go on by that many. */
  constructor(glasses, { looked, scrolled }) {
    this.#glasses = [...glasses]
    this.#looked = looked
    for (const { canvas } of this.#glasses) this.#watch(canvas.parentElement, scrolled)
    $('#pair').addEventListener('keydown', (event) => this.#key(event, scrolled))
    $('#zoom-in').addEventListener('click', () => this.#enlarge(1.5))
    $('#zoom-out').addEventListener('click', () => this.#enlarge(1 / 1.5))
    $('#close-up').addEventListener('click', () => this.#approach())
    $('#look-reset').addEventListener('click', () => this.#reset())
    $('#magnify').addEventListener('click', () => {
      $('#gain').value = Number($('#gain').value) === magnified ? 1 : magnified
      this.#windowed()
    })
    $('#pair').addEventListener('keyup', ({ key }) => key === ' ' && this.#blink(false))
    $('#pair').addEventListener('blur', () => this.#blink(false))
    for (const id of ['#level', '#width']) $(id).addEventListener('input', () => this.#adjust())
    $('#gain').addEventListener('input', () => this.#windowed())
    $('#fill').addEventListener('input', () => this.#veil())
    $('#wipe').addEventListener('input', ({ target }) => this.#wipe(Number(target.value)))
    for (const radio of document.querySelectorAll('[name=layout]')) radio.addEventListener('change', () => ($('#pair').dataset.layout = radio.value))
    const layout = $('#pair').dataset.layout ?? ('narrow' in document.documentElement.dataset ? 'wipe' : 'side') // as the style sheet has it until somebody chooses
    $('#pair').dataset.layout = layout
    for (const radio of document.querySelectorAll('[name=layout]')) radio.checked = radio.value === layout
    this.#show()
    this.#veil() // browsers may remember where it stood
    this.#wipe(layout === 'wipe' ? 25 : 50) // more of the attacked scan, which is what is new
  }

  /** How pictures are to be drawn, as lab.render takes it; the window as the engine has it where nobody chose another. */
  get look() {
    const [level, width] = [$('#level').value / 100, $('#width').value / 100]
    return { ...(this.#adjusted && { window: [level - width / 2, level + width / 2] }), gain: Number($('#gain').value) }
  }

  /** Another scan has another window. */
  forget() {
    this.#adjusted = false
  }

  /** Tells with which window of the grey range the pair is drawn. */
  drawn({ window: [low, high] }) {
    if (this.#adjusted) return
    $('#level').value = 50 * (low + high)
    $('#width').value = 100 * (high - low)
    this.#say()
  }

  /** Hands the pointer and the keys to a brush, or takes them back with null. */
  hand(brush) {
    this.#brush = brush
    $('#bench').classList.toggle('painting', Boolean(brush))
    $('#pair').setAttribute('role', brush ? 'application' : 'group') // whose keys a screen reader leaves to the page
    $('#pair').setAttribute('aria-describedby', brush ? 'brush-help' : 'pair-help')
  }

  /** Brings a point, in shares of a picture as it is shown, to the middle. */
  reveal(across, down) {
    this.#pan(0.5 - across, 0.5 - down)
  }

  #show() {
    const half = 0.5 / this.#zoom
    this.#x = clamp(this.#x, half, 1 - half)
    this.#y = clamp(this.#y, half, 1 - half)
    for (const glass of this.#glasses) glass.look({ zoom: this.#zoom, x: this.#x, y: this.#y })
    $('#zoom').textContent = `${Math.round(100 * this.#zoom)} %`
    $('#bench').classList.toggle('zoomed', this.#zoom > 1)
    this.orient()
  }

  /** The scan of the pair. */
  get #scan() {
    return this.#glasses.find(({ picture, canvas }) => picture === 'scan' && $('#pair').contains(canvas))
  }

  /** Goes close to what there is to find, or to what the model found where no truth is known. */
  #approach() {
    const { paths, overlay } = this.#scan
    const box = ['target', 'truth', 'before'].map((name) => paths.get(name).getBBox()).find(({ width }) => width > 0)
    if (!box) return
    const [left, top, across, down] = overlay.dataset.whole.split(' ').map(Number)
    this.#zoom = clamp(filled * Math.min(across / box.width, down / box.height), 1, largest)
    this.#x = (box.x + box.width / 2 - left) / across
    this.#y = (box.y + box.height / 2 - top) / down
    this.#show()
  }

  /** Shows in a corner which part of the scan is seen. */
  orient() {
    const [map, { canvas }] = [$('#map'), this.#scan]
    map.hidden = this.#zoom === 1 || !canvas.height
    if (map.hidden) return
    map.width = small * Math.min(1, canvas.width / canvas.height)
    map.height = small * Math.min(1, canvas.height / canvas.width)
    const pen = map.getContext('2d')
    pen.drawImage(canvas, 0, 0, map.width, map.height)
    pen.strokeStyle = '#f5e663'
    pen.lineWidth = 2
    pen.strokeRect(map.width * (this.#x - 0.5 / this.#zoom), map.height * (this.#y - 0.5 / this.#zoom), map.width / this.#zoom, map.height / this.#zoom)
  }

  /** Zooms by a factor and keeps the point at (across, down), shares of a picture as it is shown, where it is. */
  #enlarge(factor, across = 0.5, down = 0.5) {
    const zoom = clamp(this.#zoom * factor, 1, largest)
    this.#x += (across - 0.5) * (1 / this.#zoom - 1 / zoom)
    this.#y += (down - 0.5) * (1 / this.#zoom - 1 / zoom)
    this.#zoom = zoom
    this.#show()
  }

  /** Moves by shares of a picture as it is shown. */
  #pan(across, down) {
    this.#x -= across / this.#zoom
    this.#y -= down / this.#zoom
    this.#show()
  }

  #reset() {
    this.#adjusted = false
    Object.assign($('#gain'), { value: 1 })
    Object.assign($('#fill'), { value: 40 })
    this.#zoom = 1
    this.#show()
    this.#veil()
    this.#windowed()
  }

  /** Shows the untouched scan in the place of the attacked one, without lines, while a key or a finger is down. */
  #blink(on) {
    const attacked = this.#glasses.find(({ picture }) => picture === 'adversarial')
    $('#pair').classList.toggle('blinking', on)
    attacked.borrow(on ? this.#scan : null)
  }

  #adjust() {
    this.#adjusted = true
    this.#windowed()
  }

  #windowed() {
    this.#say()
    this.#looked()
  }

  #say() {
    $('#magnify').setAttribute('aria-pressed', Number($('#gain').value) === magnified)
    $('#level-value').textContent = `${$('#level').value} %`
    $('#width-value').textContent = `${$('#width').value} %`
    $('#gain-value').textContent = `${$('#gain').value} ×`
  }

  #veil() {
    const { value } = $('#fill')
    $('#fill-value').textContent = `${value} %`
    document.documentElement.style.setProperty('--fill', value / 100) // of the small pictures too
  }

  #wipe(percent) {
    $('#wipe').value = percent
    $('#pair').style.setProperty('--wipe', `${clamp(percent, 0, 100)}%`)
  }

  #watch(box, scrolled) {
    box.addEventListener('wheel', (event) => {
      const at = within(box, event)
      if (event.ctrlKey || event.metaKey) this.#enlarge(Math.exp(-event.deltaY / 200), at.x, at.y)
      else if (!$('#pair').contains(document.activeElement) || !scrolled(Math.sign(event.deltaY))) return
      event.preventDefault()
    }, { passive: false })
    box.addEventListener('dblclick', (event) => {
      if (this.#brush) return
      const at = within(box, event)
      if (this.#zoom > 1) this.#enlarge(0)
      else this.#enlarge(3, at.x, at.y)
    })
    box.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return
      this.#down.set(event.pointerId, within(box, event))
      box.setPointerCapture(event.pointerId)
      if (this.#down.size === 1 && !this.#brush && this.#zoom === 1 && !event.shiftKey && $('#pair').contains(box) && $('#pair').dataset.layout === 'side') this.#blink(true)
      if (this.#down.size === 1 && $('#pair').contains(box)) this.#brush?.down(event)
      else this.#brush?.drop() // a second finger: they pinch
    })
    box.addEventListener('pointermove', (event) => this.#drag(box, event))
    for (const type of ['pointerup', 'pointercancel']) {
      box.addEventListener(type, ({ pointerId }) => {
        this.#blink(false)
        if (type === 'pointercancel') this.#brush?.drop()
        else this.#brush?.up()
        this.#down.delete(pointerId)
      })
    }
  }

  /** One pointer pans, or with shift sets the window, or wipes where there is nothing to pan; two pinch. */
  #drag(box, event) {
    const from = this.#down.get(event.pointerId)
    if (!from) {
      if ($('#pair').contains(box)) this.#brush?.hover(event)
      return
    }
    const to = within(box, event)
    this.#down.set(event.pointerId, to)
    const others = [...this.#down].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
    if (others.length) {
      const spread = (point) => Math.hypot(point.x - others[0].x, point.y - others[0].y)
      this.#enlarge(spread(to) / Math.max(spread(from), 0.01), (to.x + others[0].x) / 2, (to.y + others[0].y) / 2)
      this.#pan((to.x - from.x) / 2, (to.y - from.y) / 2)
    } else if (this.#brush && $('#pair').contains(box)) {
      this.#brush.move(event)
    } else if (event.shiftKey) {
      $('#width').valueAsNumber += 100 * (to.x - from.x)
      $('#level').valueAsNumber += 100 * (to.y - from.y)
      this.#adjust()
    } else if (this.#zoom > 1) this.#pan(to.x - from.x, to.y - from.y)
    else if ($('#pair').dataset.layout === 'wipe') this.#wipe(100 * to.x)
  }

  #key(event, scrolled) {
    if (event.target !== $('#pair')) return
    if (this.#brush?.key(event)) return event.preventDefault()
    const keys = {
      '+': () => this.#enlarge(1.5), '=': () => this.#enlarge(1.5), '-': () => this.#enlarge(1 / 1.5), 0: () => this.#enlarge(0),
      ' ': () => this.#blink(true), PageDown: () => scrolled(1), PageUp: () => scrolled(-1),
      ...(this.#zoom > 1 && {
        ArrowLeft: () => this.#pan(0.1, 0), ArrowRight: () => this.#pan(-0.1, 0), ArrowUp: () => this.#pan(0, 0.1), ArrowDown: () => this.#pan(0, -0.1),
      }),
    }
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return
    keys[event.key]()
    event.preventDefault()
  }
}

/** Where a pointer is in a box, in shares of its width and height. */
function within(box, { clientX, clientY }) {
  const { left, top, width, height } = box.getBoundingClientRect()
  return { x: (clientX - left) / width, y: (clientY - top) / height }
}
