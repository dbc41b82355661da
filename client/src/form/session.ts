/** One open visit: the engine's form, the draft beside it, and what the screens do to both. */
import { reactive, ref, shallowRef } from 'vue'
import { questionAt, rowOrder } from '../core/definition'
import { join, rowsOf } from '../core/paths'
import type { Draft, FileFacts, Form, Lang, Phone, Question, Value } from '../core/types'
import { Answers, give } from './answers'
import { Autosave } from './autosave'
import { blank, restore, stub } from './engine'
import type { FormNode, FormRoot } from './node'
import { treeOf, type Tree } from './tree'

export class FormSession {
  readonly tree = shallowRef<Tree>({ answers: new Map(), holders: new Map() })
  /** Paths a person has been at: only there an unfinished answer is called one. */
  readonly touched = reactive(new Set<string>())
  /** Set on the last page: from then on everything missing is named. */
  readonly asked = ref(false)
  readonly autosave: Autosave
  /** The furthest page reached: what the register filled in beyond it nobody has looked at yet. */
  readonly furthest = ref(0)
  /** Counts changes, for what is worked out from many answers. */
  readonly changes = ref(0)
  private readonly answers: Answers

  constructor(
    readonly phone: Phone,
    readonly form: Form,
    readonly draft: Draft,
    readonly root: FormRoot,
  ) {
    this.answers = new Answers(form.definition)
    this.autosave = new Autosave(() => this.save())
    this.furthest.value = draft.page
    this.grow()
    this.answers.rememberAll(this.tree.value, draft.values)
  }

  question(path: string): Question | undefined {
    return questionAt(this.form.definition, path)
  }

  node(path: string): FormNode | undefined {
    return this.tree.value.answers.get(path)
  }

  value(path: string): Value {
    const node = this.node(path)
    return node ? this.answers.value(path, node) : null
  }

  /** False when the engine cannot hold the value; it is blank then. */
  set(path: string, value: Value): boolean {
    const node = this.node(path)
    if (!node) return false
    const taken = give(node, value, stub)
    if (taken && value !== null) this.answers.remember(path, node, value)
    this.changed()
    return taken
  }

  setFile(path: string, facts: FileFacts | null): void {
    this.set(path, facts)
    this.touched.add(path)
  }

  addRow(repeat: string): string {
    this.tree.value.holders.get(repeat)?.addInstances?.()
    this.grow()
    this.changed()
    return this.draft.rows[repeat]?.at(-1) ?? ''
  }

  removeRow(repeat: string, id: string): void {
    const ids = this.draft.rows[repeat] ?? []
    const at = ids.indexOf(id)
    if (at < 0) return
    ids.splice(at, 1)
    this.forget(`${join(repeat, id, '')}/`)
    this.tree.value.holders.get(repeat)?.removeInstances?.(at)
    this.grow()
    this.changed()
  }

  speak(lang: Lang): void {
    const found = this.root.languages.find((one) => one.language === lang)
    if (found) this.root.setLanguage(found)
  }

  turn(page: number): void {
    this.furthest.value = Math.max(this.furthest.value, page)
    if (this.draft.page === page) return
    this.draft.page = page
    this.autosave.touch()
  }

  /** With a row go those in it. */
  private forget(start: string): void {
    const { rows } = this.draft
    for (const repeat of Object.keys(rows)) if (repeat.startsWith(start)) delete rows[repeat]
  }

  private changed(): void {
    this.changes.value++
    this.autosave.touch()
  }

  private grow(): void {
    this.tree.value = treeOf(this.root, this.draft.rows)
  }

  private async save(): Promise<void> {
    Object.assign(this.draft, this.answers.read(this.tree.value, this.draft))
    await this.phone.saveDraft(this.draft)
  }
}

export async function openSession(
  phone: Phone,
  form: Form,
  draft: Draft,
  lang: Lang,
): Promise<FormSession> {
  Object.assign(draft.rows, rowOrder(form.definition, (repeat) => allRows(draft, repeat)))
  if (isFresh(draft) && form.definition.questions.some(hasDefault)) await takeDefaults(form, draft)
  const session = new FormSession(phone, form, draft, await restore(form, draft))
  session.speak(lang)
  return session
}

/** Rows in the order shown; what has values but no place comes last, as it does in the XML. */
function allRows(draft: Draft, repeat: string): string[] {
  return [...new Set([...(draft.rows[repeat] ?? []), ...rowsOf(draft.values, repeat)])]
}

/** Never saved by a hand: only the prefill stands in it. */
const isFresh = (draft: Draft) => !draft.base && draft.saved_at === draft.opened_at

const hasDefault = (question: Question) => question.default !== undefined && !question.calculated

/** The form's own defaults stand where the register says nothing. */
async function takeDefaults(form: Form, draft: Draft): Promise<void> {
  const made = treeOf(await blank(form), {})
  const { values } = new Answers(form.definition).read(made, { ...draft, values: {} })
  for (const [path, value] of Object.entries(values)) {
    if (!path.includes('[') && !(path in draft.values)) draft.values[path] = value
  }
}
