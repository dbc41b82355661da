/** Forms in the app's own engine, for `tests/client/test_pack.py`: what it makes of a document. */
import type { Draft, Flat, Form, Value } from '../src/core/types'
import { fromText } from '../src/core/values'
import { Answers, give } from '../src/form/answers'
import { blank, restore, stub } from '../src/form/engine'
import { treeOf, type Tree } from '../src/form/tree'

/** Paths of a new form as the engine has them. */
export async function opened(form: Form): Promise<string[]> {
  return [...treeOf(await blank(form), {}).answers.keys()]
}

type RowIds = Record<string, string[]>

const draftOf = (form: Form, values: Flat, rows: RowIds): Draft => ({
  rec: 'r', unit: 'u', form: form.form, form_v: form.version, base: null, epoch: null, seen: {},
  original: {}, values, hidden: [], rows, open: true, page: 0, opened_at: '', saved_at: '',
})

/** A repeat's hidden row ids as the engine holds them, by the row id that the app knows. */
const hiddenIds = ({ answers }: Tree, repeat: string, rows: RowIds) => Object.fromEntries(
  (rows[repeat] ?? []).map((id) => {
    const node = answers.get(`${repeat}[${id}]/ruhu_row`)
    return [id, node?.currentState.instanceValue]
  }),
)

/** A draft opened, given one more row, hidden and shown again, opened anew: ids at each of these. */
export async function rowed(form: Form, values: Flat, rows: RowIds, repeat: string, hide: [string, Value, Value]) {
  const draft = draftOf(form, values, rows)
  const root = await restore(form, draft)
  const opened = hiddenIds(treeOf(root, rows), repeat, rows)
  treeOf(root, rows).holders.get(repeat)!.addInstances!()
  const tree = treeOf(root, rows)
  const added = hiddenIds(tree, repeat, rows)
  const [at, away, back] = hide
  const node = tree.answers.get(at)!
  give(node, away, stub)
  const hidden = tree.answers.get(`${repeat}[${rows[repeat]![0]}]/ruhu_row`)!.currentState.relevant
  give(node, back, stub)
  const shown = hiddenIds(tree, repeat, rows)
  const sent = new Answers(form.definition).read(tree, draft).values
  const again = hiddenIds(treeOf(await restore(form, { ...draft, values: sent }), rows), repeat, rows)
  return { opened, added, hidden, shown, again, sent }
}

/** Which paths are not relevant, and what the calculations come to. */
export async function judged(
  form: Form, values: Flat, rows: Record<string, string[]>,
): Promise<{ irrelevant: string[]; calculated: Record<string, Value>; wrong: string[] }> {
  const root = await restore(form, draftOf(form, values, rows))
  const { answers } = treeOf(root, structuredClone(rows))
  const made: Record<string, Value> = {}
  for (const question of form.definition.questions) {
    const node = answers.get(question.path)
    if (question.calculated && node?.currentState.relevant) {
      made[question.path] = fromText('decimal', node.currentState.instanceValue)
    }
  }
  const all = [...answers]
  return {
    irrelevant: all.filter(([, node]) => !node.currentState.relevant).map(([path]) => path),
    calculated: made,
    wrong: all.filter(([, node]) => node.validationState.violation?.condition === 'constraint')
      .map(([path]) => path),
  }
}
