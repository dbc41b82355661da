/**
 * A document as the XForms instance that the engine restores, and back. Needs DOMParser and
 * XMLSerializer, nothing else of a browser.
 *
 * What is written is the XForm's own primary instance with answers put in: its root, attributes,
 * namespaces, order and meta are the engine's business and stay as they are.
 */
import { repeatsAround, repeatsOf, type RowOrder } from './definition'
import { isRow, join, rowsOf } from './paths'
import type { Definition, FileFacts, Flat, Question, Value } from './types'
import { asText, fromText } from './values'

const JAVAROSA = 'http://openrosa.org/javarosa'
const ROW = 'row'
/** The hidden node that every repeat of a form has: a row's id, for whoever reads the XML alone. */
export const ROW_ID = 'ruhu_row'

/** The rows of an instance by the form's path of their repeat: where flat paths begin in each. */
type Rows = Map<string, [start: string, row: Element][]>

export function write(
  definition: Definition, xform: string, values: Flat, rows: RowOrder, instanceID: string,
): string {
  const root = primary(parse(xform))
  const placed = rowsIn(definition, root, (container, inner, flat) => {
    const order = [...new Set([...(rows[flat] ?? []), ...rowsOf(values, flat)])]
    placeRows(container, inner, order)
    return order
  })
  for (const question of definition.questions) fill(placed, question, values)
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
  const rows = rowsIn(definition, root, (container, inner, flat) =>
    (reading.rows[flat] = rowIds(rowElements(container, inner), flat, known.order?.[flat])))
  for (const question of definition.questions) {
    if (question.type === 'note') continue
    for (const [flat, element] of places(rows, question)) {
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

/** Every row, an outer one before those in it; `idsOf` tells the ids of one repeat's rows. */
function rowsIn(
  definition: Definition, root: Element,
  idsOf: (container: Element, inner: string, flat: string) => string[],
): Rows {
  const found: Rows = new Map([['', [['', root]]]])
  for (const repeat of repeatsOf(definition)) {
    const outer = repeatsAround(definition, repeat).at(-1) ?? ''
    const inner = outer ? repeat.slice(outer.length + 1) : repeat
    found.set(repeat, (found.get(outer) ?? []).flatMap(([start, container]) => {
      const ids = idsOf(container, inner, start + inner)
      const elements = rowElements(container, inner)
      return elements.map((row, i) => [`${join(start + inner, ids[i]!, '')}/`, row] as [string, Element])
    }))
  }
  return found
}

/** (flat path, element) of a question: one, or one in each row. */
function places(rows: Rows, { path, repeat }: Question): [string, Element][] {
  const inner = repeat ? path.slice(repeat.length + 1) : path
  return (rows.get(repeat ?? '') ?? []).flatMap(([start, row]) => {
    const element = find(row, inner)
    return element ? [[start + inner, element] as [string, Element]] : []
  })
}

function rowIds(elements: Element[], repeat: string, order: string[] = []): string[] {
  const ids: string[] = []
  elements.forEach((element, i) => {
    const hidden = children(element, ROW_ID).map((node) => node.textContent).join('')
    const row = [element.getAttribute(ROW), hidden, order[i]].find((told) => told && isRow(told))
    if (!row) throw new Error(`row ${i + 1} of ${repeat} has no id`)
    if (ids.includes(row)) throw new Error(`row ${i + 1} of ${repeat} has the id of another: ${row}`)
    ids.push(row)
  })
  return ids
}

/** One element a row, where the form's template and its empty row stood. */
function placeRows(container: Element, repeat: string, rows: string[]): void {
  const [template, ...more] = rowElements(container, repeat)
  const parent = template?.parentNode
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

function fill(rows: Rows, question: Question, values: Flat): void {
  for (const [flat, element] of places(rows, question)) {
    if (values[flat] !== undefined) element.textContent = asText(values[flat])
  }
}

/** Of a repeat by its path within the form, or within the row around it. */
function rowElements(container: Element, repeat: string): Element[] {
  const cut = repeat.lastIndexOf('/')
  const parent = cut < 0 ? container : find(container, repeat.slice(0, cut))
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
