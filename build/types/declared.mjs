// Says, as JSON, what a declaration file declares, as TypeScript's own parser reads it: { about, list: [{ name, doc, signature, members }] }.
//
//     node declared.mjs FILE.d.ts

import { readFileSync } from 'node:fs'
import ts from 'typescript'

const [, , file] = process.argv
const text = readFileSync(file, 'utf8')
const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
if (source.parseDiagnostics.length) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(source.parseDiagnostics[0].messageText, ' ')}`)

/** The comments before a node, without their stars. */
const comments = (node) => (ts.getLeadingCommentRanges(text, node.pos) ?? [])
  .map(({ pos, end }) => text.slice(pos, end))
  .filter((comment) => comment.startsWith('/**'))
  .map((comment) => comment.slice(3, -2).split('\n').map((line) => line.trim().replace(/^\* ?/, '')).join('\n').trim())

const doc = (node) => comments(node).at(-1) ?? ''
const signature = (code) => code.replace(/\s*\n\s*/g, '\n').trim()

function declared(node) {
  const code = text.slice(node.getStart(source), node.end).replace(/^export (declare )?/, '')
  if (!node.members) return { name: node.name.text, doc: doc(node), signature: signature(code), members: [] }
  return {
    name: node.name.text,
    doc: doc(node),
    signature: signature(code.slice(0, code.indexOf('{'))),
    members: node.members.map((member) => ({ doc: doc(member), signature: signature(member.getText(source)) })),
  }
}

const exported = (node) => node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
const [first] = source.statements
const about = comments(first).length > 1 || !exported(first) ? comments(first)[0] ?? '' : ''
console.log(JSON.stringify({ about, list: source.statements.filter((node) => exported(node) && node.name).map(declared) }))
