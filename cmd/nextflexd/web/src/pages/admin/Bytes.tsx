import { FormattedNumber } from 'react-intl'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Bytes writes a size in the unit that fits it. */
export function Bytes({ value }: { value: number }) {
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(value) / Math.log(1024)))
  return <FormattedNumber value={value / 1024 ** step} style="unit" unit={units[step]} unitDisplay="short" maximumFractionDigits={step < 2 ? 0 : 1} />
}
