// A file may hold several volumes, such as the times of a 4-D NIfTI or the echoes of a DICOM series; one at a time is on the bench.

const field = document.querySelector('#volume-field')
const menu = document.querySelector('#volume-choice')

/** Shows which volume is there; chosen(volume) is called for another. */
export function volumes({ volumes: count, volume }, chosen) {
  field.hidden = count < 2
  menu.replaceChildren(...Array.from({ length: count }, (_, k) => new Option(`${k + 1} of ${count}`, k)))
  menu.value = volume ?? 0
  const change = async () => {
    await chosen(Number(menu.value))
    if (menu.onchange === change) menu.value = volume // it did not come
  }
  menu.onchange = change
}
