import { useIntl } from 'react-intl'

/** useChecks finds what the server would refuse anyway, before anything is sent. */
export function useChecks() {
  const { formatMessage } = useIntl()
  return {
    /** needed names the fields that are empty. */
    needed<Name extends string>(values: Record<Name, string>, names: readonly Name[]): Partial<Record<Name, string>> {
      const faults: Partial<Record<Name, string>> = {}
      for (const name of names) if (values[name].trim() === '') faults[name] = formatMessage({ id: 'account.needed' })
      return faults
    },
    /** differing is the fault of a password that was typed again, and otherwise. */
    differing(first: string, second: string): string | undefined {
      return first !== second ? formatMessage({ id: 'account.differ' }) : undefined
    },
    /** tooShort is the fault of a new password that is short (NIST SP 800-63B asks for 8 characters). */
    tooShort(password: string): string | undefined {
      return [...password].length < 8 ? formatMessage({ id: 'account.short' }) : undefined
    },
  }
}

/** only leaves out the fields without a fault. */
export function only<Name extends string>(faults: Partial<Record<Name, string | undefined>>): Partial<Record<Name, string>> {
  return Object.fromEntries(Object.entries(faults).filter(([, text]) => text !== undefined)) as Partial<Record<Name, string>>
}
