/**
 * A document as the XForms instance that the engine restores, and back. Needs DOMParser and
 * XMLSerializer, nothing else of a browser.
 *
 * What is written is the XForm's own primary instance with answers put in: its root, attributes,
 * namespaces, order and meta are the engine's business and stay as they are.
 */
import { repeatsOf } from './definition'
import { isRow, join, rowsOf } from './paths'
import type { Definition, FileFacts, Flat, Question, Value } from './types'
import { asText, fromText } from './values'

const JAVAROSA = 'http://openrosa.org/javarosa'
const ROW = 'row'
/** The hidden node that every repeat of a form has: a row's id, for whoever reads the XML alone. */
export const ROW_ID = 'ruhu_row'

export type RowOrder = Record<string, string[]>

export function write(
  definition: Definition, xform: string, values: Flat, rows: RowOrder, instanceID: string,
): string {
  const root = primary(parse(xform))
  for (const repeat of repeatsOf(definition)) {
    const known = rowsOf(values, repeat)
    const order = rows[repeat] ?? known
    const missing = known.filter((row) => !order.includes(row))
    placeRows(root, repeat, [...order, ...missing])
  }
  for (const question of definition.questions) fill(root, question, values)
  const meta = find(root, 'meta/instanceID')
  if (meta) meta.textContent = instanceID
  return new XMLSerializer().serializeToString(root)
}

export interface Reading {
  values: Flat
  /** Paths of questions that are there and say nothing. */
  blank: string[]
  rows: RowOrder
}

export interface Known {
  /** Row ids where the instance carries none, neither as attribute nor in the hidden node, in the order of its rows. */
  order?: RowOrder
  /** Facts of files by the name that stands in the instance. */
  files?: Record<string, FileFacts>
}

export function read(definition: Definition, xml: string, known: Known = {}): Reading {
  const root = parse(xml).documentElement!
  const reading: Reading = { values: {}, blank: [], rows: {} }
  for (const repeat of repeatsOf(definition)) {
    reading.rows[repeat] = rowIds(root, repeat, known.order?.[repeat])
  }
  for (const question of definition.questions) {
    if (question.type === 'note') continue
    for (const [flat, element] of places(root, question, reading.rows)) {
      const value = valueOf(question, element.textContent ?? '', known)
      if (value === null) reading.blank.push(flat)
      else reading.values[flat] = value
    }
  }
  return reading
}

function valueOf(question: Question, text: string, known: Known): Value {
  const isFile = question.type === 'image' || question.type === 'file'
  return (isFile && known.files?.[text]) || fromText(question.type, text)
}

/** (flat path, element) of a question: one, or one in each row. */
function places(root: Element, question: Question, rows: RowOrder): [string, Element][] {
  const { repeat } = question
  if (!repeat) return there([[question.path, find(root, question.path)]])
  const inner = question.path.slice(repeat.length + 1)
  const elements = rowElements(root, repeat)
  return there((rows[repeat] ?? []).map((row, i) => [
    join(repeat, row, inner), elements[i] ? find(elements[i], inner) : null,
  ]))
}

function there(found: [string, Element | null][]): [string, Element][] {
  return found.filter((pair): pair is [string, Element] => pair[1] !== null)
}

function rowIds(root: Element, repeat: string, order: string[] = []): string[] {
  const ids: string[] = []
  rowElements(root, repeat).forEach((element, i) => {
    const hidden = children(element, ROW_ID).map((node) => node.textContent).join('')
    const row = [element.getAttribute(ROW), hidden, order[i]].find((told) => told && isRow(told))
    if (!row) throw new Error(`row ${i + 1} of ${repeat} has no id`)
    if (ids.includes(row)) throw new Error(`row ${i + 1} of ${repeat} has the id of another: ${row}`)
    ids.push(row)
  })
  return ids
}

/** One element a row, where the form's template and its empty row stood. */
function placeRows(root: Element, repeat: string, rows: string[]): void {
  const cut = repeat.lastIndexOf('/')
  const parent = cut < 0 ? root : find(root, repeat.slice(0, cut))
  const [template, ...more] = parent ? children(parent, repeat.slice(cut + 1)) : []
  if (!parent || !template) return
  template.removeAttributeNS(JAVAROSA, 'template')
  for (const row of rows) {
    const element = template.cloneNode(true) as Element
    element.setAttribute(ROW, row)
    for (const node of children(element, ROW_ID)) node.textContent = row
    parent.insertBefore(element, template)
  }
  for (const element of [template, ...more]) parent.removeChild(element)
}

function fill(root: Element, question: Question, values: Flat): void {
  const rows: RowOrder = {}
  if (question.repeat) {
    rows[question.repeat] = rowElements(root, question.repeat).map((e) => e.getAttribute(ROW)!)
  }
  for (const [flat, element] of places(root, question, rows)) {
    if (values[flat] !== undefined) element.textContent = asText(values[flat])
  }
}

function rowElements(root: Element, repeat: string): Element[] {
  const cut = repeat.lastIndexOf('/')
  const parent = cut < 0 ? root : find(root, repeat.slice(0, cut))
  return parent ? children(parent, repeat.slice(cut + 1)) : []
}

function find(from: Element, path: string): Element | null {
  let here: Element | undefined = from
  for (const name of path.split('/')) {
    here = here && children(here, name)[0]
  }
  return here ?? null
}

function children(parent: Element, name: string): Element[] {
  const found: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    const isNamed = node.nodeType === 1 && (node as Element).localName === name
    if (isNamed) found.push(node as Element)
  }
  return found
}

function parse(text: string): Document {
  const document = new DOMParser().parseFromString(text, 'application/xml')
  if (document.getElementsByTagName('parsererror').length) throw new Error('this is not XML')
  return document
}

/** The first instance of the model: the form's own document. */
function primary(document: Document): Element {
  const instance = document.getElementsByTagNameNS('*', 'instance')[0]
  for (let node = instance?.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 1) return node as Element
  }
  throw new Error('the form has no primary instance')
}
