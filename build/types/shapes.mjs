// Says, as JSON, what the methods of an interface take as options and promise, as TypeScript's checker sees it after all that is built on other
// types is worked out: { method: { takes: { path: kind }, gives: { path: kind } } }. Fails where the compiler, strict, finds fault.
//
//     node shapes.mjs INTERFACE FILE.d.ts…
//
// A path is made of names, of which one that may be missing ends in ?, of [] for an array's elements and of {} for a record's. A kind is that of
// a value that is no such thing itself: string, or the strings that it may be; number; the name of a class.

import ts from 'typescript'

const [, , wanted, ...files] = process.argv
const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] }
const program = ts.createProgram(files, options)
const faults = files.map((file) => program.getSourceFile(file)).flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
if (faults.length) {
  console.error(ts.formatDiagnostics(faults, { getCanonicalFileName: (name) => name, getCurrentDirectory: ts.sys.getCurrentDirectory, getNewLine: () => '\n' }))
  process.exit(1)
}
const checker = program.getTypeChecker()
const classes = new Set(['Float32Array', 'Uint8Array', 'Uint8ClampedArray', 'AbortSignal', 'File', 'URL'])

const is = (type, flag) => Boolean(type.flags & flag)

/** Notes what a type is under a path. */
function note(type, path, shape) {
  const parts = (type.isUnion() ? type.types : [type]).filter((part) => !is(part, ts.TypeFlags.Undefined))
  const nullable = parts.some((part) => is(part, ts.TypeFlags.Null))
  const kinds = parts.filter((part) => !is(part, ts.TypeFlags.Null))
  const all = (flag) => kinds.every((part) => is(part, flag))
  const put = (kind) => (shape[path] = nullable ? `${kind} | null` : kind)
  if (kinds.every((part) => part.isStringLiteral())) return put(kinds.map(({ value }) => `'${value}'`).sort().join(' | '))
  if (all(ts.TypeFlags.StringLike)) return put('string')
  if (all(ts.TypeFlags.NumberLike)) return put('number')
  if (all(ts.TypeFlags.BooleanLike)) return put('boolean')
  if (kinds.length > 1) return put(kinds.map((part) => checker.typeToString(part)).sort().join(' | '))
  const [one] = kinds
  if (classes.has(one.symbol?.name)) return put(one.symbol.name)
  if (one.getCallSignatures().length) return put('function')
  if (nullable) put('object')
  if (checker.isArrayType(one) || checker.isTupleType(one)) return note(checker.getTypeArguments(one)[0], `${path}[]`, shape)
  const record = checker.getIndexTypeOfType(one, ts.IndexKind.String)
  if (record) return note(record, `${path}{}`, shape)
  members(one, path, shape)
}

function members(type, path, shape) {
  for (const member of checker.getPropertiesOfType(type)) {
    const optional = member.flags & ts.SymbolFlags.Optional ? '?' : ''
    note(checker.getTypeOfSymbol(member), `${path ? `${path}.` : ''}${member.name}${optional}`, shape)
  }
}

function method(symbol) {
  const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures()
  if (!signature) return null
  const takes = {}
  const gives = {}
  const last = signature.parameters.at(-1)
  if (last && ['options', 'stroke'].includes(last.name)) members(checker.getNonNullableType(checker.getTypeOfSymbol(last)), '', takes)
  const promised = checker.getAwaitedType(signature.getReturnType())
  if (!is(promised, ts.TypeFlags.Void)) note(promised, '', gives)
  return { takes, gives }
}

const source = program.getSourceFile(files[0])
const declared = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
const named = (name) => declared.find((symbol) => symbol.name === name)
const methods = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(named(wanted)))
const found = [...methods, named('open')].map((symbol) => [symbol.name, method(symbol)]).filter(([, shape]) => shape)
console.log(JSON.stringify(Object.fromEntries(found)))
