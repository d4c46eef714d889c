import { useIntl } from 'react-intl'
import './film.css'

/** Stars shows a number of stars as one star with the number beside it. */
export function Stars({ value, size }: { value: number; size?: string }) {
  const { formatMessage, formatNumber } = useIntl()
  return (
    <span className="stars" role="img" aria-label={formatMessage({ id: 'stars.of' }, { stars: value })} style={size ? { fontSize: size } : undefined}>
      <svg viewBox="0 0 24 24" aria-hidden focusable="false">
        <path d="m12 17.27 4.15 2.51c.76.46 1.69-.22 1.49-1.08l-1.1-4.72 3.67-3.18c.67-.58.31-1.68-.57-1.75l-4.83-.41-1.89-4.46c-.34-.81-1.5-.81-1.84 0L9.19 8.63l-4.83.41c-.88.07-1.24 1.17-.57 1.75l3.67 3.18-1.1 4.72c-.2.86.73 1.54 1.49 1.08z" />
      </svg>
      {formatNumber(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}
    </span>
  )
}
