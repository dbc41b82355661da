/** Forms are the ground of everything filled in offline: definition and XForm, or neither. */
import { fileId } from '../core/ids'
import { Trouble, type Form, type FormFile, type Told, type ToldFile } from '../core/types'
import type { Store } from '../db/store'
import type { Wire } from './wire'

const LISTS = ['text/csv', 'application/geo+json']

export class Forms {
  constructor(
    private readonly wire: Wire,
    private readonly store: Store,
  ) {}

  /** What of it is not here yet: the form, or what comes beside it in a newer version. */
  async fetch(told: Told, version = told.version): Promise<void> {
    const kept = await this.store.db.get('forms', [told.form, version])
    if (!kept) return this.fetchForm(told, version)
    const files = told.files ?? []
    if (files.every((file) => kept.files?.[file.name]?.version === file.version)) return
    await this.keep({ ...kept, files: await this.beside(told, kept) })
  }

  private async fetchForm(told: Told, version: string): Promise<void> {
    const { form, sha256, definition_url, xform_url } = told
    const definition = await this.wire.ask(pathOf(definition_url))
    const xform = await this.wire.fetchText(pathOf(xform_url))
    if (!Array.isArray(definition?.questions) || !xform.includes('http://www.w3.org/2002/xforms')) {
      throw new Trouble('portal', 'no form of ours')
    }
    await this.keep({ form, version, sha256, definition, xform, files: await this.beside(told) })
  }

  private async beside(told: Told, kept?: Form): Promise<Record<string, FormFile>> {
    const files: Record<string, FormFile> = {}
    for (const file of told.files ?? []) {
      const known = kept?.files?.[file.name]
      files[file.name] = known?.version === file.version ? known : await this.file(file)
    }
    return files
  }

  /** Lists are read as text, pictures and sounds as they are; proven by their hash. */
  private async file({ version, mime, url, sha256 }: ToldFile): Promise<FormFile> {
    const bytes = await this.wire.fetchBytes(pathOf(url))
    if (sha256 && (await fileId(bytes)) !== sha256) throw new Trouble('portal', 'no file of ours')
    return LISTS.includes(mime)
      ? { version, mime, text: new TextDecoder().decode(bytes) }
      : { version, mime, text: '', bytes }
  }

  private async keep(form: Form): Promise<void> {
    await this.store.together(['forms'], async (tx) => tx.objectStore('forms').put(form))
  }
}

/** Whatever host the server thinks it has, this phone reaches it the way it does. */
export function pathOf(url: string): string {
  const told = new URL(url, 'http://server.invalid')
  return told.pathname + told.search
}
