/** Forms in the app's own engine, for `tests/client/test_pack.py`: what it makes of a document. */
import type { Draft, Flat, Form, Value } from '../src/core/types'
import { fromText } from '../src/core/values'
import { blank, restore } from '../src/form/engine'
import { treeOf } from '../src/form/tree'

/** Paths of a new form as the engine has them. */
export async function opened(form: Form): Promise<string[]> {
  return [...treeOf(await blank(form), {}).answers.keys()]
}

/** Which paths are not relevant, and what the calculations come to. */
export async function judged(
  form: Form, values: Flat, rows: Record<string, string[]>,
): Promise<{ irrelevant: string[]; calculated: Record<string, Value>; wrong: string[] }> {
  const draft: Draft = {
    rec: 'r', unit: 'u', form: form.form, form_v: form.version, base: null, epoch: null, seen: {},
    original: {}, values, hidden: [], rows, open: true, page: 0, opened_at: '', saved_at: '',
  }
  const { answers } = treeOf(await restore(form, draft), structuredClone(rows))
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
