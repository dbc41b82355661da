// Asks the reference engine, in Node: what each question says, whether it applies, what it breaks.
// argv: a JSON file [{xform, files: {name: text}, instances: [xml], rounds}]; the answer is printed.
// Started in client/, whose libraries it uses.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(join(process.cwd(), 'package.json'))
const { JSDOM } = require('jsdom')
const page = new JSDOM('<!doctype html>').window
for (const name of ['document', 'DOMParser', 'XMLSerializer', 'Node', 'Element', 'Text'])
  globalThis[name] = page[name]
Object.assign(globalThis, { window: page, __dirname: process.cwd() })

const clock = process.env.NOW ? Date.parse(process.env.NOW) : NaN
if (!Number.isNaN(clock)) Date.now = () => clock

const engine = join(process.cwd(), 'node_modules/@getodk/xforms-engine/dist/index.js')
const { loadForm } = await import(pathToFileURL(engine).href)

const leaf = (node) => ({
  ref: node.currentState.reference,
  relevant: node.currentState.relevant,
  value: node.currentState.instanceValue ?? '',
  violation: node.validationState?.violation?.condition ?? null,
})

function* leaves(node) {
  const children = node.currentState.children
  if (children === null || children === undefined) yield leaf(node)
  else for (const child of children) yield* leaves(child)
}

async function ask(form, xml) {
  const data = new FormData()
  data.set('xml_submission_file', new File([xml], 'xml_submission_file', { type: 'text/xml' }))
  const { root } = await form.restoreInstance({ data: [data] }, {})
  return root
}

async function answers({ xform, files = {}, instances, rounds = 0 }) {
  const fetchFormAttachment = async (url) => {
    const name = decodeURIComponent(String(url)).split('/').pop()
    const type = name.endsWith('.csv') ? 'text/csv' : name.endsWith('.geojson') ? 'application/geo+json' : 'text/xml'
    return name in files
      ? new Response(files[name], { headers: { 'content-type': type } })
      : new Response('', { status: 404 })
  }
  const form = await loadForm(xform, { fetchFormAttachment, missingResourceBehavior: 'BLANK' })
  if (form.status === 'failure') return { error: String(form.error?.message ?? form.error) }
  const told = []
  for (const xml of instances) {
    try {
      told.push([...leaves(await ask(form, xml))])
    } catch (error) {
      told.push({ error: String(error?.message ?? error) })
    }
  }
  const began = performance.now()
  for (let round = 0; round < rounds; round++) for (const xml of instances) [...leaves(await ask(form, xml))]
  return { told, milliseconds: rounds ? (performance.now() - began) / rounds / instances.length : null }
}

const wanted = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const found = []
for (const each of wanted) {
  try {
    found.push(await answers(each))
  } catch (error) {
    found.push({ error: String(error?.stack ?? error) })
  }
}
process.stdout.write(JSON.stringify(found))
