/** What the phone and the server must decide alike: `tests/vectors/` is run by both. */
import { describe, expect, it } from 'vitest'
import delta_ from '../../tests/vectors/delta.json'
import equality from '../../tests/vectors/equality.json'
import flatten_ from '../../tests/vectors/flatten.json'
import ids from '../../tests/vectors/ids.json'
import merge_ from '../../tests/vectors/merge.json'
import { delta } from '../src/core/delta'
import { rowId, uuid7 } from '../src/core/ids'
import { read } from '../src/core/instance'
import { merge, type Setter } from '../src/core/merge'
import { flatten, unflatten, type Rows } from '../src/core/paths'
import { rulesOf } from '../src/core/policy'
import { sha256 } from '../src/core/sha256'
import type { Definition, FileFacts, Flat } from '../src/core/types'
import { same } from '../src/core/values'

type Named = { name: string }
const cases = (told: { cases: unknown[] }) =>
  (told.cases as (Named & Record<string, any>)[]).map((each) => [each.name, each] as const)

describe('equality.json', () => {
  it.each(cases(equality))('%s', (_, { type, one, other, same: expected }) => {
    expect(same(type, one, other)).toBe(expected)
    expect(same(type, other, one)).toBe(expected)
  })
})

describe('ids.json', () => {
  it.each(cases(ids))('%s', (_, { kind, salt, ms, id }) => {
    if (kind === 'row') expect(rowId(salt)).toBe(id)
    else expect(uuid7(ms, sha256(new TextEncoder().encode(salt)))).toBe(id)
  })
})

describe('delta.json', () => {
  it.each(cases(delta_))('%s', (_, { original, values, set, rows, del }) => {
    expect(delta(original, values)).toEqual({ set, rows, del })
  })
})

const setter = ([v, device, n]: [number, string, number]): Setter => ({ v, device, n })
const listed = ({ v, device, n }: Setter) => [v, device, n]

describe('merge.json', () => {
  it.each(cases(merge_))('%s', (_, told) => {
    const { state, edit, expect: expected } = told
    const before = {
      version: state.version,
      values: state.values as Flat,
      setters: mapped(state.setters, setter),
      whole: state.whole && setter(state.whole),
    }
    const copy = JSON.stringify(before)
    const merged = merge(
      before,
      { ...edit, rowsDeleted: edit.rows_deleted },
      {
        rules: rulesOf(told.rules),
        disputed: told.disputed,
        baseValue: (path) => told.base_values[path] ?? null,
      },
    )
    expect({
      applied: merged.applied,
      rows_gone: merged.rowsGone,
      clashes: merged.clashes,
      witness: merged.witness,
      superseded: merged.superseded,
      beside_others: merged.besideOthers,
      version: merged.state.version,
      values: merged.state.values,
      setters: mapped(merged.state.setters, listed),
    }).toEqual(expected)
    expect(JSON.stringify(before)).toBe(copy)
  })
})

function mapped<A, B>(from: Record<string, A>, to: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, to(value)]))
}

describe('flatten.json', () => {
  const forms = flatten_ as unknown as { definition: Definition; nested: Definition }
  it.each(cases(flatten_))('%s', (_, told) => {
    const files = told.files as Record<string, FileFacts> | undefined
    const form = told.form === 'nested' ? forms.nested : forms.definition
    const reading = read(form, told.xml, { order: told.order, files })
    expect(reading).toEqual({ values: told.values, blank: told.blank, rows: told.rows_order })
    expect(unflatten(reading.values)).toEqual({ set: told.set, rows: told.rows })
    expect(flatten({ set: told.set, rows: told.rows as Rows })).toEqual(told.values)
  })
})
