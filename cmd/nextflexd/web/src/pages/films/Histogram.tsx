import { useId } from 'react'
import { FormattedMessage, FormattedNumber } from 'react-intl'
import { useMovieHistogramQuery } from '../../api'

/** Histogram shows how often each rating was given. It is a table, drawn as bars. */
export function Histogram({ id }: { id: string }) {
  const heading = useId()
  const { data } = useMovieHistogramQuery({ id })
  if (!data) return <div className="soon-bars" /> // so that nothing below jumps when it comes
  if (data.count === 0) return null
  const most = Math.max(...data.all.map((bar) => bar.count))
  const bars = [...data.all].sort((a, b) => b.value - a.value)
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} className="heading film-heading">
        <FormattedMessage id="film.histogram" />
      </h2>
      <table aria-labelledby={heading} className="bars">
        <thead>
          <tr>
            <th>
              <FormattedMessage id="film.histogram.rating" />
            </th>
            <th>
              <FormattedMessage id="film.histogram.count" />
            </th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.value}>
              <th scope="row">
                <FormattedNumber value={bar.value} minimumFractionDigits={1} maximumFractionDigits={1} />
              </th>
              <td>
                <div className="bars-line">
                  <div className="bars-bar" style={{ width: `${(bar.count / most) * 82}%` }} />
                  <span className="small quiet">
                    <FormattedNumber value={bar.count} />
                  </span>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
