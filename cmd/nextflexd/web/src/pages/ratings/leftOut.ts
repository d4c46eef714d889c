/** LeftOut is what of an upload was left aside. Only the answer to the upload tells it. */
export interface LeftOut {
  /** Files of the archive that hold nothing for us. */
  ignored: readonly string[] | undefined
  /** Rows of other people. */
  others: number | undefined
}

/** leftOutOf takes what the page before handed on, from a history that may hold anything. */
export function leftOutOf(state: unknown): LeftOut {
  const { ignored, others } = (state ?? {}) as Partial<Record<keyof LeftOut, unknown>>
  return {
    ignored: Array.isArray(ignored) && ignored.length > 0 ? ignored.filter((name) => typeof name === 'string') : undefined,
    others: typeof others === 'number' && others > 0 ? others : undefined,
  }
}
