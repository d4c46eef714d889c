import { useId, useState, type MouseEvent } from 'react'
import { useIntl } from 'react-intl'
import { Icon } from './Icon'
import { close, star, starBorder } from './paths'
import './film.css'

const values = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]

/**
 * StarInput takes half stars by mouse, touch and the arrow keys. value is null
 * where nothing is given; onChange gets null to take the rating back.
 *
 * Beneath the drawing lies a radio button for each half star, so that a browser's own
 * keys, labels and touch work.
 */
export function StarInput({ value, onChange, label, size = 'medium', clearable = false, disabled }: { value: number | null; onChange: (stars: number | null) => void; label: string; size?: 'small' | 'medium' | 'large'; clearable?: boolean; disabled?: boolean }) {
  const { formatMessage } = useIntl()
  const name = useId()
  const [pointed, setPointed] = useState<number | null>(null)
  const filled = (disabled ? null : pointed) ?? value ?? 0
  const follow = (event: MouseEvent) => {
    const of = (event.target as HTMLElement).closest('label')?.dataset['stars']
    if (of) setPointed(Number(of))
  }
  return (
    <div role="group" aria-label={label} className="star-input">
      <span className={`star-input-${size}`} aria-disabled={disabled} onMouseMove={follow} onMouseLeave={() => setPointed(null)}>
        {[1, 2, 3, 4, 5].map((whole) => (
          <Half key={whole} filled={filled - whole + 1} />
        ))}
        <span className="star-input-choices">
          {values.map((stars) => (
            <label key={stars} data-stars={stars}>
              <input type="radio" name={name} value={stars} checked={value === stars} disabled={disabled} onChange={() => onChange(stars)} onClick={(event) => value === stars && event.detail > 0 && onChange(null)} />
              <span>{formatMessage({ id: 'stars.value' }, { stars })}</span>
            </label>
          ))}
          <label className="star-input-none">
            <input type="radio" name={name} value="" checked={value === null} disabled={disabled} onChange={() => onChange(null)} />
            <span>{formatMessage({ id: 'stars.empty' })}</span>
          </label>
        </span>
      </span>
      {clearable && value !== null && (
        <button type="button" className="icon-button icon-button-small" onClick={() => onChange(null)} aria-label={formatMessage({ id: 'stars.clear' })} disabled={disabled}>
          <Icon path={close} size={20} />
        </button>
      )}
    </div>
  )
}

/** Half draws a star that is full, half full or empty. */
function Half({ filled }: { filled: number }) {
  return (
    <svg viewBox="0 0 24 24" className={filled > 0 ? 'star-full' : 'star-empty'} aria-hidden focusable="false">
      {filled < 1 && <path d={starBorder} className="star-empty" />}
      {filled > 0 && <path d={star} className={filled < 1 ? 'star-half' : undefined} />}
    </svg>
  )
}
