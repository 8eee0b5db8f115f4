// Attacks one sample with every loss through the module, and draws the last attacked scan.

import { open } from '../segfault.js'

const doing = document.querySelector('#doing')
const rows = document.querySelector('#losses')
const canvas = document.querySelector('#picture')

try {
  const lab = await open({ onProgress: ({ stage }) => (doing.textContent = stage) })
  const scan = await lab.sample('pituitary')
  for (const loss of ['dice_focal', 'dice', 'focal', 'bce']) {
    const fault = await lab.attack(scan, { loss, epsilon: 0.003 })
    const { before, after } = fault.metrics.dice.union
    const row = rows.insertRow()
    for (const text of [loss, before.toFixed(3), after.toFixed(3), `${fault.metrics.psnr.toFixed(1)} dB`]) row.insertCell().textContent = text

    const { width, height, pictures } = await lab.render(fault, { pictures: ['adversarial'] })
    Object.assign(canvas, { width, height })
    canvas.getContext('2d').putImageData(new ImageData(pictures.adversarial, width, height), 0, 0)
    await lab.release(fault)
  }
  doing.textContent = `Done, on ${lab.info.backend === 'webgpu' ? lab.info.adapter : 'the CPU'}.`
  lab.close()
} catch (error) {
  doing.textContent = error.message
}
