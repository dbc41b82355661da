/** The few things that the screens ask of the engine's nodes, whatever their kind. */

export interface Text {
  asString: string
  /** `jr://images/…` and the like: what stands beside the words. */
  imageSource?: URL | undefined
  audioSource?: URL | undefined
  videoSource?: URL | undefined
}

interface Violation {
  condition: 'constraint' | 'required'
  message: Text | null
}

export interface FormNode {
  readonly nodeType: string
  readonly nodeId: string
  readonly currentState: {
    readonly reference: string
    readonly relevant: boolean
    readonly required: boolean
    readonly readonly: boolean
    readonly instanceValue: string
    readonly label?: Text | null
    readonly children: readonly FormNode[] | null
    readonly valueOptions: readonly { value: string; label: Text | null }[] | null
  }
  readonly validationState: { readonly violation?: Violation | null }
  setValue?(value: unknown): unknown
  selectValue?(value: string | null): unknown
  selectValues?(values: readonly string[]): unknown
  addInstances?(afterIndex?: number, count?: number): unknown
  removeInstances?(start: number, count?: number): unknown
}

export interface FormRoot extends FormNode {
  readonly languages: readonly { language?: string; isSyntheticDefault?: boolean }[]
  setLanguage(language: unknown): unknown
}

export const isRepeat = (node: FormNode): boolean => node.nodeType.startsWith('repeat-range')

/** What holds an answer: everything but groups, repeats and their rows. */
export const isAnswer = (node: FormNode): boolean =>
  !isRepeat(node) && !['root', 'group', 'repeat-instance'].includes(node.nodeType)
