import { Children, useDeferredValue, useId, useRef, type ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { Icon } from '../../components/Icon'
import { back, next } from '../../components/paths'
import { FilmCardSkeleton } from './FilmCard'

// As many as are in sight at first on most screens.
const atOnce = 7

/** FilmRow is a row of films that scrolls sideways: by touch, wheel, the buttons, or along the links by Tab. */
export function FilmRow({ title, note, more, children }: { title: ReactNode; note?: ReactNode; more?: { to: string; label: string }; children: ReactNode }) {
  const { formatMessage } = useIntl()
  const id = useId()
  const strip = useRef<HTMLUListElement>(null)
  // The films beyond the edge are drawn after the others, in tasks of their own.
  const all = useDeferredValue(true, false)
  const scroll = (direction: 1 | -1) => () => strip.current?.scrollBy({ left: direction * strip.current.clientWidth * 0.85, behavior: 'smooth' })
  return (
    <section aria-labelledby={id} className="row">
      <div className="row-head">
        <h2 id={id} className="heading">
          {title}
        </h2>
        {note}
        {more && (
          <Link to={more.to} aria-label={more.label} className="link row-more">
            <FormattedMessage id="common.all" />
          </Link>
        )}
        <div className="row-ways">
          <button type="button" onClick={scroll(-1)} aria-label={formatMessage({ id: 'row.back' })} className="icon-button icon-button-small">
            <Icon path={back} />
          </button>
          <button type="button" onClick={scroll(1)} aria-label={formatMessage({ id: 'row.next' })} className="icon-button icon-button-small">
            <Icon path={next} />
          </button>
        </div>
      </div>
      <ul ref={strip} className="row-films">
        {Children.map(children, (child, i) => (all || i < atOnce ? <li>{child}</li> : null))}
      </ul>
    </section>
  )
}

export function FilmRowSkeleton({ title }: { title: ReactNode }) {
  return (
    <FilmRow title={title}>
      {Array.from({ length: 8 }, (_, i) => (
        <FilmCardSkeleton key={i} />
      ))}
    </FilmRow>
  )
}
