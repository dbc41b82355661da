/** Opens forms with the engine; a form version is read once and kept. */
import { loadForm, type InstanceData, type RestoreFormInstanceInput } from '@getodk/xforms-engine'
import { shallowReactive } from 'vue'
import { write } from '../core/instance'
import { isFile } from '../core/values'
import type { Draft, Form } from '../core/types'
import type { FormRoot } from './node'

type Loaded = Awaited<ReturnType<typeof loadForm>>

const loaded = new Map<string, Promise<Loaded>>()

/**
 * Lists come with the form. Register tables are not attached: the app fills forms from the
 * register itself, as data.
 */
const attached = (form: Form) => async (resource: URL) => {
  const file = form.files?.[decodeURIComponent(resource.pathname.split('/').pop() ?? '')]
  if (!file) return new Response('', { status: 404 })
  return new Response(file.text, { headers: { 'Content-Type': file.mime } })
}

function load(form: Form): Promise<Loaded> {
  const lists = Object.entries(form.files ?? {}).map(([name, { version }]) => `${name}@${version}`)
  const key = [form.form, form.version, ...lists].join('/')
  const known = loaded.get(key)
  if (known) return known
  const fresh = Promise.resolve(
    loadForm(form.xform, { fetchFormAttachment: attached(form), missingResourceBehavior: 'BLANK' }),
  )
  loaded.set(key, fresh)
  return fresh
}

const config = { stateFactory: shallowReactive, preloadProperties: { deviceID: 'ruhu' } }

/** The draft as a living form. */
export async function restore(form: Form, draft: Draft): Promise<FormRoot> {
  const result = await load(form)
  if (result.status === 'failure') throw result.error
  const input: RestoreFormInstanceInput = { data: [dataOf(form, draft)] }
  return (await result.restoreInstance(input, config)).root as unknown as FormRoot
}

/** A form as its maker left it, for the defaults of a new visit. */
export async function blank(form: Form): Promise<FormRoot> {
  const result = await load(form)
  if (result.status === 'failure') throw result.error
  return result.createInstance(config).root as unknown as FormRoot
}

function dataOf(form: Form, draft: Draft): InstanceData {
  const data = new FormData()
  const xml = write(form.definition, form.xform, draft.values, draft.rows, `uuid:${draft.rec}`)
  data.set('xml_submission_file', new File([xml], 'xml_submission_file', { type: 'text/xml' }))
  for (const value of Object.values(draft.values)) {
    if (isFile(value)) data.set(value.name || value.sha256, stub(value.name || value.sha256))
  }
  return data as InstanceData
}

/** The engine needs to know that a photo is there, not its bytes: those stay in the store. */
export const stub = (name: string) => new File([], name, { type: 'application/octet-stream' })
