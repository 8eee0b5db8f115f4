// Tables of numbers, and the same as comma-separated values.

/** Fills a table: head holds its column titles, rows begin with the title of their row. */
export function fillTable(table, head, rows) {
  const titles = head.map((title, k) => (k === 0 && !title ? document.createElement('td') : cell('th', title, 'col')))
  const line = document.createElement('tr')
  line.append(...titles)
  table.querySelector('thead').replaceChildren(line)
  table.querySelector('tbody').replaceChildren(...rows.map(([title, ...values]) => {
    const row = document.createElement('tr')
    row.append(cell('th', title, 'row'), ...values.map((value) => cell('td', value)))
    return row
  }))
}

function cell(kind, text, scope) {
  const element = document.createElement(kind)
  if (scope) element.scope = scope
  element.textContent = text
  return element
}

/** Rows as comma-separated values, as RFC 4180 has them; the first row holds the columns' names. */
export function csv(rows) {
  const field = (value) => {
    const text = harmless(value)
    return /[",\r\n]/.test(text) ? `"${String(text).replaceAll('"', '""')}"` : text
  }
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')
}

/** Leads by an apostrophe what a spreadsheet would run as a formula; a number stays one. */
function harmless(value) {
  const isNumber = typeof value !== 'string' || (Number.isFinite(Number(value)) && value === value.trim())
  return !isNumber && /^'*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
}
