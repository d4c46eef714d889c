import { useEffect, useState } from 'react'

/** useDelayed returns a value once it has rested for a while, in milliseconds. */
export function useDelayed<T>(value: T, rest: number): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(value), rest)
    return () => window.clearTimeout(timer)
  }, [value, rest])
  return rested
}
