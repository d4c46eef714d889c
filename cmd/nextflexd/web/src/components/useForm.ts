import type { SerializedError } from '@reduxjs/toolkit'
import type { FetchBaseQueryError } from '@reduxjs/toolkit/query/react'
import { useRef, useState, type FormEvent } from 'react'
import { useIntl } from 'react-intl'
import { faultsOf, problemOf, type Problem } from '../api/problem'
import { failureText } from './failureText'

type Outcome = { error?: FetchBaseQueryError | SerializedError }

/**
 * useForm holds the fields of a form of text, sends them, and says at each field what
 * is wrong with it. check finds faults that need no server; send returns what RTK
 * Query's mutations do. The focus goes to the first field with a fault.
 */
export function useForm<Name extends string>(
  empty: Record<Name, string>,
  { check, send }: { check?: (values: Record<Name, string>) => Partial<Record<Name, string>>; send: (values: Record<Name, string>) => Promise<Outcome> },
) {
  const intl = useIntl()
  const [values, setValues] = useState(empty)
  const [faults, setFaults] = useState<Partial<Record<Name, string>>>({})
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const names = Object.keys(empty) as Name[]

  const focusFault = () => {
    // After the fields have been drawn with their faults.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const found = check?.(values) ?? {}
    setFaults(found)
    setProblem(undefined)
    if (Object.keys(found).length > 0) {
      focusFault()
      return
    }
    setBusy(true)
    const { error } = await send(values).finally(() => setBusy(false))
    const refused = problemOf(error)
    setProblem(refused)
    if (!refused) return
    const told: Partial<Record<Name, string>> = {}
    for (const name of names) if (refused.fields[name]) told[name] = refused.fields[name]
    setFaults(told)
    focusFault()
  }
  const field = (name: Name) => ({
    name,
    value: values[name],
    onChange: (event: { target: { value: string } }) => {
      setValues((before) => ({ ...before, [name]: event.target.value }))
      setFaults((before) => ({ ...before, [name]: undefined }))
    },
    error: faults[name] !== undefined,
    helperText: faults[name],
  })
  // What no field of the form is to blame for.
  const rest = problem && [...faultsOf(problem, names), ...(Object.keys(problem.fields).length === 0 || problem.detail ? [failureText(intl, { ...problem, fields: {} })] : [])].join(' ')
  return { values, field, submit, busy, problem, rest, form, reset: () => setValues(empty) }
}
