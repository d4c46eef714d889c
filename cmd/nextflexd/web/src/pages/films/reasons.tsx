import { FormattedList, FormattedMessage } from 'react-intl'
import type { Reason } from '../../api'
import type { TextId } from '../../texts'

// What two films share, by the field that it stands in.
const shared: Record<string, TextId> = {
  director: 'reason.director',
  cast: 'reason.cast',
  keyword: 'reason.keyword',
  genre: 'reason.genre',
  overview: 'reason.overview',
  title: 'reason.title',
}

/** Reasons says in a line why a film is in a list: what it shares, or whose rating speaks for it. */
export function Reasons({ reasons, most = 2 }: { reasons: readonly Reason[] | undefined; most?: number }) {
  const positive = (reasons ?? []).filter((reason) => reason.part > 0)
  if (positive.length === 0) return null
  const rated = positive.filter((reason) => reason.kind === 'rated')
  return (
    <p className="reasons quiet">
      {rated.length > 0 ? (
        <FormattedMessage id="reason.rated" values={{ films: <FormattedList type="conjunction" value={rated.slice(0, most).map((reason) => reason.name)} /> }} />
      ) : (
        positive.slice(0, most).map((reason, i) => (
          <span key={`${reason.kind}-${reason.name}`}>
            {i > 0 && ' · '}
            <FormattedMessage id={shared[reason.kind] ?? 'reason.other'} values={{ name: reason.name }} />
          </span>
        ))
      )}
    </p>
  )
}
