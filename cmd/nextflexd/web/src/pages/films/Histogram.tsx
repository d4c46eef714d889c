import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import { FormattedMessage, FormattedNumber } from 'react-intl'
import { useMovieHistogramQuery } from '../../api'

/** Histogram shows how often each rating was given. It is a table, drawn as bars. */
export function Histogram({ id }: { id: string }) {
  const heading = useId()
  const { data } = useMovieHistogramQuery({ id })
  if (!data) return <Box sx={{ minHeight: 310 }} /> // so that nothing below jumps when it comes
  if (data.count === 0) return null
  const most = Math.max(...data.all.map((bar) => bar.count))
  const bars = [...data.all].sort((a, b) => b.value - a.value)
  return (
    <Box component="section" aria-labelledby={heading}>
      <Typography id={heading} variant="h2" sx={{ mb: 2 }}>
        <FormattedMessage id="film.histogram" />
      </Typography>
      <Box component="table" aria-labelledby={heading} sx={{ width: '100%', borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums', fontSize: '0.875rem' }}>
        <Box component="thead" sx={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}>
          <tr>
            <th>
              <FormattedMessage id="film.histogram.rating" />
            </th>
            <th>
              <FormattedMessage id="film.histogram.count" />
            </th>
          </tr>
        </Box>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.value}>
              <Box component="th" scope="row" sx={{ width: 44, textAlign: 'right', pr: 1.5, py: 0.25, fontWeight: 600 }}>
                <FormattedNumber value={bar.value} minimumFractionDigits={1} maximumFractionDigits={1} />
              </Box>
              <Box component="td" sx={{ py: 0.25 }}>
                <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
                  <Box sx={{ height: 14, borderRadius: 1, bgcolor: 'primary.main', opacity: 0.85, width: `${(bar.count / most) * 82}%`, minWidth: 3 }} />
                  <Typography component="span" variant="body2" color="textSecondary">
                    <FormattedNumber value={bar.count} />
                  </Typography>
                </Box>
              </Box>
            </tr>
          ))}
        </tbody>
      </Box>
    </Box>
  )
}
